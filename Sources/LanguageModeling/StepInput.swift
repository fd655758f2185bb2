/// Which of an input's tokens get a row of logits, or a hidden state of a ``HiddenStateSession``.
public enum LogitsRequest: Hashable, Sendable {
  /// None: the tokens are only read into the cache.
  case none
  /// The last token alone: the distribution of the next one.
  case last
  /// Every token, in order: scoring a text, or checking drafted tokens.
  case all

  /// The number of rows that an input of `tokenCount` tokens gets.
  public func rowCount(ofTokens tokenCount: Int) -> Int {
    switch self {
    case .none: 0
    case .last: min(tokenCount, 1)
    case .all: tokenCount
    }
  }

  /// Whether the token at `offset` of `tokenCount` gets a row.
  public func isWanted(at offset: Int, of tokenCount: Int) -> Bool {
    switch self {
    case .none: false
    case .last: offset == tokenCount - 1
    case .all: true
    }
  }
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
  public var rowCount: Int { logits.rowCount(ofTokens: tokens.count) }
}
