public import LanguageModeling

/// When a hypothesis ends, as far as token ids and counts decide it.
public struct StopRules: Hashable, Sendable {
  /// The tokens that end a hypothesis. The one that does is part of its tokens.
  public var endOfSequence: Set<TokenID>

  /// The maximum number of tokens to generate, at least 0.
  public var maxNewTokens: Int

  /// The fewest tokens to generate: until then the end-of-sequence tokens are masked, before all filters.
  public var minNewTokens: Int

  /// Whether the end-of-sequence tokens are masked throughout, so that only the other rules end a hypothesis.
  /// (llama.cpp's meaning; vLLM lets the token come and goes on after it.)
  public var ignoresEndOfSequence: Bool

  /// Rules; by default with no end-of-sequence token and no minimum.
  public init(
    endOfSequence: Set<TokenID> = [], maxNewTokens: Int = 128, minNewTokens: Int = 0,
    ignoresEndOfSequence: Bool = false
  ) {
    self.endOfSequence = endOfSequence
    self.maxNewTokens = maxNewTokens
    self.minNewTokens = minNewTokens
    self.ignoresEndOfSequence = ignoresEndOfSequence
  }

  /// Whether an end-of-sequence token can end a hypothesis at all.
  var canEnd: Bool { !ignoresEndOfSequence && !endOfSequence.isEmpty }

  /// Whether the end-of-sequence tokens are masked for the token after `generated` others.
  public func masksEndOfSequence(after generated: Int) -> Bool {
    ignoresEndOfSequence || generated < minNewTokens
  }
}

/// Why a hypothesis ended. The raw values are those of the command line's JSON.
public enum FinishReason: String, Hashable, Sendable, CaseIterable {
  /// With an end-of-sequence token, its last.
  case endOfSequence = "eos"
  /// A ``TokenMatcher`` matched: a stop string. Or the text is whole under its constraint, nothing can follow, and there is
  /// no token to end it with.
  case stop
  /// Under a constraint: the text isn't whole, and no token can be taken.
  case deadEnd = "dead_end"
  /// The limit of new tokens, or a full context.
  case length
  /// The request was cancelled.
  case cancelled
}

/// Watches the tokens of one hypothesis and says when it is to end.
///
/// A value: every hypothesis has its own, and copying it is forking it.
public protocol TokenMatcher: Sendable {
  /// Takes the next token of the hypothesis; `true` where it ends with it.
  mutating func accept(_ token: TokenID) -> Bool
}
