import LanguageModeling

extension ByteLevelBPETokenizer {
  /// - Parameter file: the name that errors call the vocabulary by.
  ///
  /// Control and unknown tokens are found in text where special tokens are parsed, user-defined ones always.
  public init(
    vocabulary: ByteLevelBPEVocabulary, file: String
  ) throws(TokenizationError) {
    let count = vocabulary.tokens.count
    guard count > 0 else {
      throw .invalid(file: file, field: "tokens", reason: "the vocabulary is empty")
    }
    guard vocabulary.types.isEmpty || vocabulary.types.count == count else {
      throw .invalid(
        file: file, field: "token types",
        reason: "\(vocabulary.types.count) types for \(count) tokens")
    }
    for (name, id) in [
      ("beginning-of-sequence id", vocabulary.beginningOfSequence),
      ("end-of-sequence id", vocabulary.endOfSequence), ("unknown id", vocabulary.unknown),
    ] {
      guard let id, !(0..<count).contains(Int(id)) else { continue }
      throw .invalid(file: file, field: name, reason: "\(id) in a vocabulary of \(count) tokens")
    }
    guard let preTokenization = PreTokenization(ggufName: vocabulary.preTokenizer) else {
      throw .unsupported(
        file: file, field: "pre-tokenizer", what: "\"\(vocabulary.preTokenizer)\"")
    }

    var tokens = ByteStringTable(minimumCapacity: count)
    var texts = TokenTexts(minimumCapacity: count)
    var added: [AddedToken] = []
    for (index, token) in vocabulary.tokens.enumerated() {
      guard token.utf8.count <= SpecialTokenMatcher.longestToken else {
        throw .invalid(
          file: file, field: "tokens[\(index)]", reason: "a token of \(token.utf8.count) bytes")
      }
      tokens.append(token.utf8)
      let type = vocabulary.types.isEmpty ? TokenType.normal : vocabulary.types[index]
      let isSpecial = type == .control || type == .unknown
      let isAdded = isSpecial || type == .userDefined
      texts.append(
        spelling: tokens[index], inAlphabet: !isAdded, isSpecial: isSpecial)
      if isAdded, !token.isEmpty {
        added.append(
          AddedToken(id: TokenID(index), content: Array(token.utf8), isSpecial: isSpecial))
      }
    }
    let merges = try BytePairModel.mergeTable(
      tokens, count: vocabulary.merges.count, file: file, field: "merges"
    ) { BytePairModel.split(vocabulary.merges[$0], into: &$1) }
    self.init(
      model: BytePairModel(
        tokens: tokens, merges: merges, unknown: vocabulary.unknown, fusesUnknown: true,
        ignoresMerges: preTokenization.steps == [.words(.llama3)]),
      texts: texts, preTokenization: preTokenization, addedTokens: added,
      beginningOfSequence: vocabulary.beginningOfSequence,
      endOfSequence: vocabulary.endOfSequence,
      addsBeginningOfSequence: vocabulary.addsBeginningOfSequence)
  }
}
