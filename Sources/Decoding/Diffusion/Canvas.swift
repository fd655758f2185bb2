import LanguageModeling

/// A block of one sample on its way from noise to text.
struct Canvas {
  /// The index of its first token among the generated ones.
  let start: Int
  /// The steps that it takes at most.
  let stepCount: Int
  /// The steps that it has taken.
  var step = 0
  /// What the model is fed: settled tokens, and noise elsewhere.
  var tokens: [TokenID]
  /// What is settled.
  var settled: [GeneratedToken?]
  /// The most probable tokens of the last step, and for how many steps they have been the same.
  private(set) var best: [TokenID] = []
  private(set) var stableSteps = 0

  /// The number of its positions.
  var count: Int { tokens.count }

  /// The number of its positions that are settled.
  var settledCount: Int { settled.count { $0 != nil } }

  /// Takes note of the most probable tokens of a step.
  mutating func note(best: [TokenID]) {
    stableSteps = best == self.best ? stableSteps + 1 : 0
    self.best = best
  }

  /// Settles a position.
  mutating func settle(_ position: Int, _ token: GeneratedToken) {
    settled[position] = token
    tokens[position] = token.token
  }

  /// How it looks to others.
  func state(slot: Int) -> CanvasState {
    CanvasState(
      slot: slot, start: start, step: step, stepCount: stepCount,
      tokens: settled.map { $0?.token })
  }
}
