public import LanguageModeling

/// What stands at the positions of a canvas that aren't settled.
public enum CanvasNoise: Hashable, Sendable {
  /// A mask token, which is never an answer. What is settled stays unless it is masked again, and the model is asked about
  /// the masked positions alone. (Absorbing noise: D3PM, MDLM, LLaDA, Dream.)
  case mask(TokenID)
  /// Tokens drawn from the whole vocabulary, anew at each step. The model is asked about all positions at each step, and
  /// the text is its most probable token at each one in the last step. (Uniform noise: D3PM, DiffusionGemma.)
  case uniform
}
