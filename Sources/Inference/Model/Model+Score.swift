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
}
