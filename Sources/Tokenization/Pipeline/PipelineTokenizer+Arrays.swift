package import LanguageModeling

extension PipelineTokenizer {
  /// - Parameter file: the name that errors call the vocabulary by.
  ///
  /// Control and unknown tokens are found in text where special tokens are parsed, user-defined ones always.
  public init(
    vocabulary: ByteLevelBPEVocabulary, file: String
  ) throws(TokenizationError) {
    var tokens = ByteStrings(minimumCapacity: vocabulary.tokens.count)
    for token in vocabulary.tokens { tokens.append(token.utf8) }
    var merges = ByteStrings(minimumCapacity: vocabulary.merges.count)
    for merge in vocabulary.merges { merges.append(merge.utf8) }
    try self.init(
      tokens: tokens, merges: merges, types: vocabulary.types,
      preTokenizer: vocabulary.preTokenizer, beginningOfSequence: vocabulary.beginningOfSequence,
      endOfSequence: vocabulary.endOfSequence, unknown: vocabulary.unknown,
      addsBeginningOfSequence: vocabulary.addsBeginningOfSequence, file: file)
  }

  /// The same from bytes; for the rest, see ``ByteLevelBPEVocabulary``.
  ///
  /// - Parameters:
  ///   - addsBeginningOfSequence: `nil` for what llama.cpp does for the pre-tokenizer.
  ///   - stripsRight: whether special and user-defined tokens take the whitespace after them along (Phi-3).
  package init(
    tokens: ByteStrings, merges: ByteStrings, types: [TokenType], preTokenizer: String,
    beginningOfSequence: TokenID?, endOfSequence: TokenID?, unknown: TokenID?,
    addsBeginningOfSequence: Bool?, stripsRight: Bool = false, file: String
  ) throws(TokenizationError) {
    let count = tokens.count
    guard count > 0 else {
      throw .invalid(file: file, field: "tokens", reason: "the vocabulary is empty")
    }
    guard types.isEmpty || types.count == count else {
      throw .invalid(
        file: file, field: "token types",
        reason: "\(types.count) types for \(count) tokens")
    }
    for (name, id) in [
      ("beginning-of-sequence id", beginningOfSequence),
      ("end-of-sequence id", endOfSequence), ("unknown id", unknown),
    ] {
      guard let id, !(0..<count).contains(Int(id)) else { continue }
      throw .invalid(file: file, field: name, reason: "\(id) in a vocabulary of \(count) tokens")
    }
    let cuts = try Self.preTokenizer(preTokenizer, file: file)

    let spelling = try Self.spelling(
      tokens, types: types, plainly: cuts.isSpelledPlainly, stripsRight: stripsRight,
      file: file)
    let table = spelling.tokens
    let mergeTable = try BytePairModel.mergeTable(
      table, count: merges.count, file: file, field: "merges"
    ) { BytePairModel.split(merges[$0], into: &$1) }
    var prefix = Prefix(beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence)
    if let beginningOfSequence, addsBeginningOfSequence ?? cuts.addsBeginningOfSequence {
      prefix.tokens = [beginningOfSequence]
    }
    let space = TokenDecoder.Step.replace(
      .literal(Array("\u{2581}".utf8)), by: [UInt8(ascii: " ")])
    try self.init(
      Parts(
        file: file, tokens: table, special: spelling.special, addedTokens: spelling.added,
        addedTokenPriority: .longest, normalizer: cuts.normalizer, preTokenizers: cuts.steps,
        model: .bytePair(
          BytePairModel(
            tokens: table, merges: mergeTable,
            units: cuts.isSpelledPlainly ? .scalars(fallsBackOnBytes: true) : .bytes,
            unknown: unknown, fusesUnknown: true, ignoresMerges: cuts.ignoresMerges)),
        decoder: cuts.isSpelledPlainly
          ? .steps([space, .byteFallback, .fuse]) : .byteLevel(spelling.texts)),
      prefix: prefix)
  }

  private static func preTokenizer(
    _ name: String, file: String
  ) throws(TokenizationError) -> GGUFPreTokenizer {
    do throws(RegularExpressionError) {
      if let found = try GGUFPreTokenizer(name: name) { return found }
    } catch {
      throw .failed(file: file, reason: "the pre-tokenizer \"\(name)\": \(error)")
    }
    throw .unsupported(file: file, field: "pre-tokenizer", what: "\"\(name)\"")
  }

  /// The tokens as they are looked up, decoded and found in text.
  private static func spelling(
    _ tokens: ByteStrings, types: [TokenType], plainly: Bool, stripsRight: Bool, file: String
  ) throws(TokenizationError) -> (
    tokens: ByteStringTable, texts: TokenTexts, special: [Bool], added: [AddedToken]
  ) {
    var texts = TokenTexts(minimumCapacity: tokens.count)
    var added: [AddedToken] = []
    var special = [Bool](repeating: false, count: tokens.count)
    for index in 0..<tokens.count {
      let token = tokens[index]
      guard token.count <= SpecialTokenMatcher.longestToken else {
        throw .invalid(
          file: file, field: "tokens[\(index)]", reason: "a token of \(token.count) bytes")
      }
      let type = types.isEmpty ? TokenType.normal : types[index]
      special[index] = type == .control || type == .unknown
      let isAdded = special[index] || type == .userDefined
      texts.append(
        spelling: token, inAlphabet: !isAdded && !plainly, isSpecial: special[index])
      if isAdded, !token.isEmpty {
        added.append(
          AddedToken(
            id: TokenID(index), content: Array(token), isSpecial: special[index],
            stripsRight: stripsRight && AddedToken.isStrippedInPhi3(token)))
      }
    }
    var duplicate: (first: Int, second: Int)?
    let table = ByteStringTable(tokens) { duplicate = duplicate ?? ($0, $1) }
    if let duplicate {
      throw .invalid(
        file: file, field: "“tokenizer.ggml.tokens”",
        reason: "“\(String(decoding: tokens[duplicate.first], as: UTF8.self))” stands there twice, "
          + "with the ids \(duplicate.first) and \(duplicate.second)")
    }
    return (table, texts, special, added)
  }
}
