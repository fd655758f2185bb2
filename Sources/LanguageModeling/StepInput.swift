/// Which of an input's tokens get a row of logits.
public enum LogitsRequest: Hashable, Sendable {
  /// None: the tokens are only read into the cache.
  case none
  /// The last token alone: the distribution of the next one.
  case last
  /// Every token, in order: scoring a text, or checking drafted tokens.
  case all
}

/// What one sequence is fed in a ``DecodingSession/step(_:into:)``.
public struct StepInput: Hashable, Sendable {
  /// The sequence that the tokens are appended to.
  public var sequence: SequenceID
  /// The tokens, in order; at least one.
  public var tokens: [TokenID]
  /// The rows of logits that are wanted.
  public var logits: LogitsRequest

  /// Feeds `tokens` to `sequence`.
  public init(_ sequence: SequenceID, _ tokens: [TokenID], logits: LogitsRequest = .last) {
    self.sequence = sequence
    self.tokens = tokens
    self.logits = logits
  }

  /// The number of rows that this input adds to the output of a step.
  public var rowCount: Int {
    switch logits {
    case .none: 0
    case .last: min(tokens.count, 1)
    case .all: tokens.count
    }
  }
}
