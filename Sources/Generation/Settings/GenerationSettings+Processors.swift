public import Decoding
public import LanguageModeling
public import Tokenization

extension GenerationSettings {
  /// The penalties and masks, in the order in which they run.
  ///
  /// They are the same for every prompt: make them once.
  ///
  /// - Parameter tokenizer: for settings that are texts, ``badWords`` and, where the penalty is on,
  ///   ``drySequenceBreakers``; `nil` refuses those.
  /// - Throws: ``DecodingError`` for a value out of its range, and for a text that can't be banned.
  /// - Complexity: O(vocabulary) for sequence breakers, each token of which is looked into.
  public func processors(
    tokenizer: (any Tokenizer)?
  ) throws(DecodingError) -> [any LogitsProcessor] {
    var processors = ProcessorSettings()
    processors.logitBias = logitBias
    processors.sequenceBias = sequenceBias
    processors.repetitionPenalty = repetitionPenalty
    processors.frequencyPenalty = frequencyPenalty
    processors.presencePenalty = presencePenalty
    processors.penaltyScope = penaltyScope
    processors.repeatLastN = repeatLastN
    processors.dryMultiplier = dryMultiplier
    processors.dryBase = dryBase
    processors.dryAllowedLength = dryAllowedLength
    processors.dryPenaltyLastN = dryPenaltyLastN
    if dryMultiplier > 0, !drySequenceBreakers.isEmpty {
      let tokenizer = try Self.required(tokenizer, for: "DRY sequence breakers")
      processors.drySequenceBreakers = try SequenceBreakers.tokens(
        of: drySequenceBreakers, in: tokenizer)
    }
    processors.noRepeatNGramSize = noRepeatNGramSize
    processors.badWords = badWordTokens
    if !badWords.isEmpty {
      let tokenizer = try Self.required(tokenizer, for: "bad words")
      for word in badWords {
        processors.badWords += try bans(of: word, in: tokenizer)
      }
    }
    processors.forcedEndOfSequence = forcedEndOfSequence
    processors.exponentialDecayLength = exponentialDecayLength
    processors.suppressTokens = suppressedTokens
    processors.beginSuppressTokens = beginSuppressedTokens
    return try processors.processors()
  }

  /// The token ids that settings name, by the setting, to be checked against a vocabulary.
  public var namedTokens: [(key: SettingKey, tokens: [TokenID])] {
    [
      (.endOfSequenceTokens, endOfSequenceTokens),
      (.paddingToken, [paddingToken].compactMap(\.self)),
      (.logitBias, logitBias.keys.sorted()), (.sequenceBias, sequenceBias.flatMap(\.tokens)),
      (.badWordTokens, badWordTokens.flatMap(\.self)), (.suppressTokens, suppressedTokens),
      (.beginSuppressTokens, beginSuppressedTokens), (.forcedEndOfSequence, forcedEndOfSequence),
    ]
  }

  private func bans(
    of word: String, in tokenizer: any Tokenizer
  ) throws(DecodingError) -> [[TokenID]] {
    let spellings = try BadWordSpellings.tokens(of: word, in: tokenizer)
    for spelling in spellings where spelling.count == 1 {
      guard !endOfSequenceTokens.contains(spelling[0]) else {
        throw .conflict(
          "the bad word “\(word)” is the token that ends the text, which isn't banned so;"
            + " set ignore_eos, and leave it out")
      }
    }
    return spellings
  }

  private static func required(
    _ tokenizer: (any Tokenizer)?, for name: String
  ) throws(DecodingError) -> any Tokenizer {
    guard let tokenizer else {
      throw .conflict(
        "\(name) are texts here; make the processors with a tokenizer first,"
          + " and hand them to the request")
    }
    return tokenizer
  }
}
