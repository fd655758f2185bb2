public import LanguageModeling

/// Drafts by Jacobi iteration: the next tokens are guessed all at once, the model is asked about all of them in one step,
/// and what it says after each is the next guess.
///
/// Greedy decoding solves *yᵢ = f(y₁ … yᵢ₋₁)* from the first equation to the last. Jacobi's method solves all equations at
/// once: from any guess, put the guess into every right side, and repeat. After *k* rounds at least the first *k* tokens
/// are those of the solution; where the model would choose the right token after wrong ones, more are. Under sampling *f*
/// draws with the noise of its position, so there is one solution too.
///
/// The window moves along with the text. What comes new into it is the last guess again; any other start has the same
/// solution. Guesses follow the request's own rules: penalties and filters see the guesses before them.
///
/// It is for comparison, and for models that are trained for it. An ordinary model rarely says the right thing after a
/// wrong token, and every guess costs a row of the model.
///
/// Song et al., “Accelerating Feedforward Computation via Parallel Nonlinear Equation Solving”, ICML 2021; Santilli et
/// al., “Accelerating Transformer Inference for Translation via Parallel Decoding”, ACL 2023.
public struct JacobiIteration: Drafter, Hashable, Sendable {
  /// The iteration, which has no parameters: its window is the request's ``DecodingRequest/draftLimit``.
  public init() {}

  /// `true`: what the model said after wrong guesses is the next guess.
  public var refinesDrafts: Bool { true }

  /// The guesses of the last step, and the last of them as often as there is room.
  public func propose(_ hypotheses: [DraftedHypothesis]) -> [[TokenID]] {
    hypotheses.map { hypothesis in
      let guesses = Array(hypothesis.guesses.prefix(hypothesis.limit))
      guard let start = guesses.last ?? hypothesis.context.tokens.last else { return [] }
      return guesses + repeatElement(start, count: hypothesis.limit - guesses.count)
    }
  }
}
