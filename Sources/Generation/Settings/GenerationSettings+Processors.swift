public import Decoding
public import LanguageModeling
public import Tokenization

extension GenerationSettings {
  /// The penalties and masks, in the order in which they run.
  ///
  /// They are the same for every prompt: make them once.
  ///
  /// - Parameter tokenizer: for settings that are texts, `bad_words` and, where the penalty is on,
  ///   `dry_sequence_breakers`; `nil` refuses those.
  /// - Throws: `DecodingFailure` for a value out of its range, and for a text that can't be banned.
  /// - Complexity: O(vocabulary) for sequence breakers, each token of which is looked into.
  public func processors(
    tokenizer: (any Tokenizer)?
  ) throws(DecodingFailure) -> [any LogitsProcessor] {
    guard let tokenizer else { return try ProcessorCatalogue.processors(parameters) }
    let ends = parameters.endOfSequenceTokens
    return try ProcessorCatalogue.processors(
      parameters,
      sources: ProcessorSources(
        breakers: { (texts) throws(DecodingFailure) in
          try SequenceBreakers.tokens(of: texts, in: tokenizer)
        },
        bans: { (word) throws(DecodingFailure) in
          try Self.bans(of: word, in: tokenizer, ends: ends)
        }))
  }

  /// The token ids that settings name, by the setting, to be checked against a vocabulary.
  public var namedTokens: [(key: String, tokens: [TokenID])] {
    SettingCatalogue.parameters.compactMap { parameter in
      let tokens = parameter.namedTokens(in: parameters)
      return tokens.isEmpty ? nil : (parameter.key, tokens)
    }
  }

  private static func bans(
    of word: String, in tokenizer: any Tokenizer, ends: [TokenID]
  ) throws(DecodingFailure) -> [[TokenID]] {
    let spellings = try BadWordSpellings.tokens(of: word, in: tokenizer)
    for spelling in spellings where spelling.count == 1 {
      guard !ends.contains(spelling[0]) else {
        throw .conflict(
          "the bad word “\(word)” is the token that ends the text, which isn't banned so;"
            + " set ignore_eos, and leave it out")
      }
    }
    return spellings
  }
}
