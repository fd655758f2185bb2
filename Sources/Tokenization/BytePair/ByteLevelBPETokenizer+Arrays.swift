package import LanguageModeling

extension ByteLevelBPETokenizer {
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
  package init(
    tokens: ByteStrings, merges: ByteStrings, types: [TokenType], preTokenizer: String,
    beginningOfSequence: TokenID?, endOfSequence: TokenID?, unknown: TokenID?,
    addsBeginningOfSequence: Bool, file: String
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
    guard let preTokenization = PreTokenization(ggufName: preTokenizer) else {
      throw .unsupported(
        file: file, field: "pre-tokenizer", what: "\"\(preTokenizer)\"")
    }

    var texts = TokenTexts(minimumCapacity: count)
    var added: [AddedToken] = []
    for index in 0..<count {
      let token = tokens[index]
      guard token.count <= SpecialTokenMatcher.longestToken else {
        throw .invalid(
          file: file, field: "tokens[\(index)]", reason: "a token of \(token.count) bytes")
      }
      let type = types.isEmpty ? TokenType.normal : types[index]
      let isSpecial = type == .control || type == .unknown
      let isAdded = isSpecial || type == .userDefined
      texts.append(spelling: token, inAlphabet: !isAdded, isSpecial: isSpecial)
      if isAdded, !token.isEmpty {
        added.append(
          AddedToken(id: TokenID(index), content: Array(token), isSpecial: isSpecial))
      }
    }
    let table = ByteStringTable(tokens)
    let mergeTable = try BytePairModel.mergeTable(
      table, count: merges.count, file: file, field: "merges"
    ) { BytePairModel.split(merges[$0], into: &$1) }
    self.init(
      model: BytePairModel(
        tokens: table, merges: mergeTable, unknown: unknown, fusesUnknown: true,
        ignoresMerges: preTokenization.steps == [.words(.llama3)]),
      texts: texts, preTokenization: preTokenization, addedTokens: added,
      beginningOfSequence: beginningOfSequence,
      endOfSequence: endOfSequence,
      addsBeginningOfSequence: addsBeginningOfSequence)
  }
}
