public import LanguageModeling

extension Diffusion {
  /// `steps`
  public static let steps = Parameter<Int>.integer(
    "steps", neutral: 0, "a whole number from 0 (one for each token) to 1000000", in: 0...1_000_000,
    help: "Under diffusion, the denoising steps in all.", neutralWords: "one for each token")

  /// `block_length`
  public static let blockLength = Parameter<Int>.integer(
    "block_length", neutral: 32, "a whole number from 1 to 4096", in: 1...4096,
    help: "Under diffusion, the positions that are denoised together, block after block.")

  /// `schedule`
  public static let schedule = Parameter<DenoisingSchedule>.choice(
    "schedule", neutral: .linear,
    help:
      "Under diffusion, how many positions a step settles: the same number each (linear), or few"
      + " at first (cosine).")

  /// The names of what accepts positions.
  public enum AcceptanceName: String, CaseIterable, Hashable, Sendable {
    /// ``CanvasAcceptance/confidence``
    case confidence
    /// ``CanvasAcceptance/margin``
    case margin
    /// ``CanvasAcceptance/entropy``
    case entropy
    /// ``CanvasAcceptance/random``
    case random
    /// ``CanvasAcceptance/threshold(_:)``
    case threshold
    /// ``CanvasAcceptance/entropyBound(_:)``
    case entropyBound = "entropy-bound"
  }

  /// `acceptance`
  public static let acceptanceName = Parameter<AcceptanceName>.choice(
    "acceptance", neutral: .confidence,
    help: "Under diffusion, which positions a step settles: the most probable (confidence), those"
      + " with the greatest lead (margin), the least uncertain (entropy), any (random), all above a"
      + " probability (threshold), or as many of the least uncertain as tell little about each"
      + " other (entropy-bound).")

  /// `acceptance_threshold`
  public static let acceptanceThreshold = Parameter<Double?>.optionalNumber(
    "acceptance_threshold", "a number, 0 or above",
    help: "For --acceptance threshold, the probability from which a token is settled; for"
      + " entropy-bound, the bound in nats.",
    neutralWords: "0.9 for threshold, 0.1 for entropy-bound", isYoung: true
  ) { $0 >= 0 && $0 < .infinity }

  /// `remask`
  public static let remask = Parameter<Double>.number(
    "remask", neutral: 0, "a number from 0 (never) to 1",
    help: "Under diffusion, how much of what is settled a step may take back.",
    neutralWords: "never"
  ) { $0 >= 0 && $0 <= 1 }

  /// `mask_token_id`
  public static let maskToken = Parameter<TokenID?>(
    "mask_token_id", .integer, neutral: nil, spelled: nil, "a token id",
    help: "The token that stands where nothing is settled yet.", flag: nil,
    tokens: { $0.map { [$0] } ?? [] }
  ) { value in
    value.tokens.flatMap { $0.count == 1 ? .some($0[0]) : nil }
  }

  /// No mask, and an acceptance threshold that means nothing or is out of range.
  private static func problems(_ given: GivenParameters) -> [StrategyProblem] {
    guard let mask = given[maskToken], mask.isGiven, mask.integer != nil else {
      return [
        .contradiction(
          "\(given.reason): diffusion needs a model that was trained to fill in masks, whose files give"
            + " mask_token_id; this model's give none")
      ]
    }
    guard let threshold = given[acceptanceThreshold], threshold.isGiven,
      let number = threshold.value.asDouble, case .text(let name)? = given[acceptanceName]?.value
    else { return [] }
    switch AcceptanceName(rawValue: name) {
    case .entropyBound: return []
    case .threshold where number > 0 && number <= 1: return []
    case .threshold:
      return [
        .contradiction(
          "\(threshold.source): acceptance_threshold is \(number), a probability for acceptance"
            + " threshold; give a number above 0 and at most 1")
      ]
    default:
      return [
        .excess(
          acceptanceThreshold.erased,
          refusal:
            "\(threshold.source): acceptance_threshold has no effect with acceptance \(name);"
            + " leave it out, or choose threshold or entropy-bound",
          reason: "no effect with acceptance \(name)")
      ]
    }
  }

  static let entry = StrategyEntry(
    "diffusion", activity: "under diffusion", results: .samples, filters: [.ordered, .last],
    takesTemperatureZero: true,
    parameters: [
      steps.erased, blockLength.erased, schedule.erased, acceptanceName.erased,
      acceptanceThreshold.erased, remask.erased, maskToken.erased,
    ],
    problems: problems
  ) { (parameters, _) throws(DecodingFailure) in
    guard let mask = parameters[maskToken] else {
      throw .invalidParameter("mask token", reason: "is missing; diffusion needs one")
    }
    return Diffusion(
      noise: .mask(mask), steps: parameters[steps], blockLength: parameters[blockLength],
      schedule: parameters[schedule], acceptance: parameters.canvasAcceptance,
      remasking: parameters[remask], filters: try parameters.filterOrder.filters(parameters))
  }
}

extension StrategyEntry {
  /// Blocks of text made of noise in a few steps: ``Diffusion``.
  public static var diffusion: StrategyEntry { Diffusion.entry }
}

extension Parameters {
  /// Which positions a step of diffusion settles (`acceptance`, `acceptance_threshold`).
  public var canvasAcceptance: CanvasAcceptance {
    let threshold = self[Diffusion.acceptanceThreshold]
    return switch self[Diffusion.acceptanceName] {
    case .confidence: .confidence
    case .margin: .margin
    case .entropy: .entropy
    case .random: .random
    case .threshold: .threshold(threshold ?? 0.9)
    case .entropyBound: .entropyBound(threshold ?? 0.1)
    }
  }
}
