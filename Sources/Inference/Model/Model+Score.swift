import Decoding
public import Generation
public import LanguageModeling

extension Model {
  /// How probable the model finds a text.
  ///
  /// ```swift
  /// let score = try model.score("The cat sat on the mat.")
  /// print(score.perplexity ?? .nan)
  /// ```
  ///
  /// - Parameter alternatives: how many of the most probable next tokens to list.
  /// - Throws: ``InferenceError/nothingToScore`` for an empty text, ``InferenceError/decoding(_:)`` for one that the
  ///   context has no room for.
  /// - Complexity: one pass of the model over the text.
  public func score(
    _ text: String, alternatives: Int = 5
  ) throws(InferenceError) -> TextScore {
    try score(encode(text), alternatives: alternatives)
  }

  /// How probable the model finds tokens, which are taken as they are.
  ///
  /// - Throws: as ``score(_:alternatives:)-(String,_)`` does.
  public func score(
    _ tokens: [TokenID], alternatives: Int = 5
  ) throws(InferenceError) -> TextScore {
    guard !tokens.isEmpty else { throw .nothingToScore }
    let (generator, adapter) = (generator, adapter)
    return try InferenceError.wrapping { () throws(DecodingFailure) in
      try generator.score(tokens, adapter: adapter, alternatives: alternatives)
    }
  }

  /// How probable the model finds tokens, of which there may be more than the context holds: they are read in windows
  /// then. The most probable next tokens are those after the last window.
  ///
  /// - Throws: as ``score(_:alternatives:)-(String,_)`` does, and for windows that are longer than the context.
  /// - Complexity: one pass of the model over each window.
  public func score(
    _ tokens: [TokenID], alternatives: Int = 5, windows: ScoringWindows
  ) throws(InferenceError) -> TextScore {
    guard tokens.count > windows.length else {
      return try score(tokens, alternatives: alternatives)
    }
    let start = ContinuousClock.now
    let scorer = try TextScorer(self, windows: windows)
    try scorer.submit(.tokens(tokens))
    var values: [Double?] = []
    while let scored = try scorer.step() {
      for (_, text) in scored { values = text.tokenLogProbabilities }
    }
    let next =
      alternatives > 0
      ? try score(Array(tokens.suffix(windows.length)), alternatives: alternatives).next : []
    return TextScore(
      tokens: tokens, tokenLogProbabilities: values, next: next,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
