public import LanguageModeling

/// Takes out the last token of a sequence where the tokens before it have just been generated or read, so that the
/// sequence never comes whole (Hugging Face's `bad_words_ids`).
///
/// A sequence that is nothing but an end-of-sequence token is ignored, as in Hugging Face: to go on regardless is a
/// stop rule. The rest is as with ``SequenceBias`` of −∞.
///
///     try BadWords([[1, 2]])  // after the tokens 0 and 1 takes out 2
///
/// - Complexity: O(sum of the sequences' lengths).
public struct BadWords: LogitsProcessor, Hashable {
  /// The sequences, none of them empty.
  public let sequences: [[TokenID]]

  /// A ban of these sequences.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for an empty sequence.
  public init(_ sequences: [[TokenID]]) throws(DecodingFailure) {
    guard sequences.allSatisfy({ !$0.isEmpty }) else {
      throw .invalidParameter("bad words", reason: "hold one without tokens; leave it out")
    }
    self.sequences = sequences
  }

  /// `bad words`
  public var name: String { "bad words" }
  /// The name and the sequences.
  public var description: String {
    "bad words "
      + sequences.map { $0.map(String.init).joined(separator: ",") }.joined(separator: "; ")
  }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    for sequence in sequences { try check(sequence, vocabularyCount: vocabularyCount) }
  }

  /// Takes out what would complete a sequence.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    for sequence in sequences where context.isCompleted(by: sequence) {
      guard let token = sequence.last,
        sequence.count > 1 || !context.endOfSequence.contains(token)
      else { continue }
      candidates.exclude(token)
    }
  }
}

extension BadWords {
  /// `bad_words`
  public static let texts = Parameter<[String]>.texts(
    "bad_words", help: "Never writes this text, after a space or not. Repeatable.",
    flag: ParameterFlag("bad-word", valueName: "text"))

  /// `bad_words_ids`
  public static let sequences = Parameter<[[TokenID]]>(
    "bad_words_ids", .structure, neutral: [], spelled: .null,
    "a list of lists of token ids, none of them empty",
    help: "Sequences of token ids that never come whole.", flag: nil,
    tokens: { $0.flatMap(\.self) }, read: \.tokenLists)

  static let entry = ProcessorEntry([texts.erased, sequences.erased]) {
    (parameters, sources) throws(DecodingFailure) in
    var banned = parameters[sequences]
    for text in parameters[texts] { banned += try sources.bans(text) }
    return banned.isEmpty ? nil : try BadWords(banned)
  }
}

extension Parameters {
  /// Texts that never come (`bad_words`). None is empty.
  public var badWords: [String] {
    get { self[BadWords.texts] }
    set { self[BadWords.texts] = newValue }
  }

  /// Sequences of tokens that never come whole (`bad_words_ids`). None is empty.
  public var badWordTokens: [[TokenID]] {
    get { self[BadWords.sequences] }
    set { self[BadWords.sequences] = newValue }
  }
}
