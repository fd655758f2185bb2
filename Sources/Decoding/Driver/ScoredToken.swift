public import LanguageModeling

/// A token of a given text and how probable the model found it.
public struct ScoredToken: Hashable, Sendable {
  /// The token.
  public var token: TokenID
  /// Its natural log-probability, given the tokens before it; the first has none.
  public var logProbability: Double?
  /// The model's most probable tokens at its place, best first, as many as the request asks for; none for the first.
  public var alternatives: [TokenAlternative]
  /// Whether greedy search would have chosen it; `nil` where that wasn't looked at.
  public var isGreedy: Bool?

  /// A token and how probable it was.
  public init(
    token: TokenID, logProbability: Double? = nil, alternatives: [TokenAlternative] = [],
    isGreedy: Bool? = nil
  ) {
    self.token = token
    self.logProbability = logProbability
    self.alternatives = alternatives
    self.isGreedy = isGreedy
  }
}
