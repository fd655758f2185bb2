public import LanguageModeling

/// Prefers the candidates whose probability is near a target, and moves the target so that the average of what is drawn
/// comes to it: adaptive-p, as llama.cpp's sampler does it (`llama_sampler_adaptive_p`).
///
/// Each logit becomes 5 − 10 *d*² / (1 + *d*), with *d* = |*p* − *t*| / 0.3 and *p* the candidate's probability among
/// those that are left. *t* is twice the target less the average of the probabilities of what was drawn, between 0 and
/// 1; the average weighs a token ``decay-swift.property`` times as much as the next, and begins as if all before had
/// met the target. Nothing is dropped, so that a cutoff such as ``MinP`` belongs before it. It stands after all other
/// filters, whatever their order: in llama.cpp it takes the place of the draw.
///
///     try AdaptiveP(target: 0.5)  // of 0.8, 0.15, 0.05 draws the first with 0.77, the second with 0.21
///
/// - Complexity: O(candidates).
public struct AdaptiveP: Filter, Hashable {
  /// What is remembered of the probabilities of what was drawn.
  public struct State: Hashable, Sendable {
    /// Their sum, each weighing ``AdaptiveP/decay`` times as much as the next.
    var weightedSum: Float
    /// The sum of the weights.
    var totalWeight: Float
  }

  /// The probability that is aimed at, from 0 to 1.
  public let target: Double
  /// The weight of a token against that of the next in the average, from 0 to 0.99.
  public let decay: Double

  /// The decay that llama.cpp takes by default.
  public static let defaultDecay = 0.9

  /// A filter that aims at `target`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a number outside its range.
  public init(target: Double, decay: Double = defaultDecay) throws(DecodingFailure) {
    guard target >= 0, target <= 1 else {
      throw .invalidParameter("adaptive-p", reason: "is \(target); it must be from 0 to 1")
    }
    guard decay >= 0, decay <= 0.99 else {
      throw .invalidParameter("adaptive decay", reason: "is \(decay); it must be from 0 to 0.99")
    }
    self.target = target
    self.decay = decay
  }

  /// `adaptive-p`
  public var name: String { Self.entry.name }
  /// The name and the parameters.
  public var description: String { "adaptive-p \(target), decay \(decay)" }

  /// As if all tokens before had met the target.
  public var initialState: State {
    let rest = 1 - Float(decay)
    return State(weightedSum: Float(target) / rest, totalWeight: 1 / rest)
  }

  /// Prefers what is near the target itself.
  public func apply(to candidates: inout Candidates) { prefer(Float(target), among: &candidates) }

  /// Prefers what brings the average to the target.
  public func apply(
    to candidates: inout Candidates, state: State, noise: CounterNoise, position: Int
  ) {
    let average = state.weightedSum / state.totalWeight
    prefer(min(1, max(0, 2 * Float(target) - average)), among: &candidates)
  }

  /// Takes the token's probability before it was moved into the average.
  public func accept(_ index: Int, of candidates: borrowing Candidates, state: inout State) {
    state.weightedSum = candidates.masses[index] + Float(decay) * state.weightedSum
    state.totalWeight = 1 + Float(decay) * state.totalWeight
  }

  /// Moves the logits, and leaves the probabilities that they stood for in the masses, where a draw doesn't touch them.
  private func prefer(_ target: Float, among candidates: inout Candidates) {
    guard let (_, sum) = candidates.writeExponentials() else { return }
    let total = Float(sum)
    for index in 0..<candidates.count where candidates.logits[index] > -.infinity {
      let probability = candidates.masses[index] / total
      candidates.masses[index] = probability
      let distance = abs((probability - target) * (1 / 0.3))
      candidates.logits[index] = 5 - 10 * distance * distance / (1 + distance)
    }
  }
}

extension AdaptiveP {
  /// `adaptive_p`
  public static let target = Parameter<Double>.number(
    "adaptive_p", neutral: -1, "a number of at most 1; below 0 is off",
    help: "Prefers tokens whose probability is near x, so that the average comes to x (adaptive-p);"
      + " below 0 is off.",
    neutralWords: "off", isYoung: true, isOff: { $0 < 0 }
  ) { $0 <= 1 && Float($0).isFinite }

  /// `adaptive_decay`
  public static let decay = Parameter<Double>.number(
    "adaptive_decay", neutral: defaultDecay, "a number from 0 to 0.99",
    help: "Weight of a token against that of the next in the average of adaptive-p.",
    needs: [target.erased], isYoung: true
  ) { $0 >= 0 && $0 <= 0.99 }

  static let entry = FilterEntry("adaptive-p", place: .last, target, others: [decay.erased]) {
    (parameters, _) throws(DecodingFailure) in
    try AdaptiveP(target: parameters[target], decay: parameters[decay])
  }
}

extension Parameters {
  /// The probability that adaptive-p aims at (`adaptive_p`); at most 1, below 0 is off.
  public var adaptiveP: Double {
    get { self[AdaptiveP.target] }
    set { self[AdaptiveP.target] = newValue }
  }

  /// The weight of a token against that of the next in the average of adaptive-p (`adaptive_decay`); 0 to 0.99.
  public var adaptiveDecay: Double {
    get { self[AdaptiveP.decay] }
    set { self[AdaptiveP.decay] = newValue }
  }
}
