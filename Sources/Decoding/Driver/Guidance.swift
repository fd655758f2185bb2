public import LanguageModeling

/// Classifier-free guidance for text (Sanchez et al., “Stay on topic with Classifier-Free Guidance”, ICML 2024), as
/// transformers 4.51.3 does it in `UnbatchedClassifierFreeGuidanceLogitsProcessor`.
///
/// Every hypothesis has a second sequence, in which its tokens stand after a negative prompt. With *c* and *u* the
/// log-probabilities that the model gives the next token after the prompt and after the negative one, the scores that
/// processors, filters and the search see are
///
///     scale · (c − u) + u
///
/// not normalised, under every strategy, beams included. A token that the model gives no chance on either side has none.
/// What is reported as a token's log-probability, its alternatives and its entropy remain those after the prompt
/// without guidance.
///
/// Where it differs from transformers: under beams, each hypothesis has the negative prompt before its own tokens
/// (there, the cache of the negative side stays with the row when beams change places).
///
/// - Complexity: twice the rows of the model, in the same step; one pass over the vocabulary for each row. A negative
///   prompt that several requests share is read once.
public struct Guidance: Hashable, Sendable {
  /// How much the prompt counts against the negative one: above 1 moves away from the negative prompt, 0 follows it
  /// alone. 1 is no guidance, and costs nothing.
  public var scale: Double
  /// The tokens before the second sequence, at least one; `nil`: the last token of the prompt.
  public var negativePrompt: [TokenID]?

  /// Guidance away from what follows the last token of the prompt unless a negative prompt is given.
  public init(scale: Double, negativePrompt: [TokenID]? = nil) {
    self.scale = scale
    self.negativePrompt = negativePrompt
  }
}

extension DecodingRequest {
  /// The guidance, where it has an effect, with the negative prompt that it uses.
  var effectiveGuidance: (scale: Double, negativePrompt: [TokenID])? {
    guard let guidance, guidance.scale != 1 else { return nil }
    return (guidance.scale, guidance.negativePrompt ?? prompt.suffix(1))
  }

  /// The tokens that stand before what is generated, in the longest of its sequences.
  var maximumPromptLength: Int {
    max(prompt.count, effectiveGuidance?.negativePrompt.count ?? 0)
  }
}
