import LanguageModeling

/// Drops the candidates whose probability is below min(ε, √ε · exp(−*H*)), with *H* the entropy in nats: eta sampling
/// (Hewitt, Manning and Liang 2022, arXiv 2210.15191; Hugging Face's `eta_cutoff`).
///
///     try EtaCutoff(0.25)  // of 0.4, 0.3, 0.2, 0.1, whose cutoff is 0.14, keeps 0.4, 0.3, 0.2
///
/// - Complexity: O(candidates).
public struct EtaCutoff: Filter, Hashable {
  /// ε, at least 0 and below 1. 0 keeps all.
  public let epsilon: Double
  /// How many of the best remain at least, with all that are equal to the last of them.
  public let minimumKept: Int

  /// A cutoff with `epsilon`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is at least 0 and below 1.
  public init(_ epsilon: Double, minimumKept: Int = 1) throws(DecodingFailure) {
    guard epsilon >= 0, epsilon < 1 else {
      throw .invalidParameter("eta", reason: "is \(epsilon); it must be at least 0 and below 1")
    }
    try checkMinimum(minimumKept, of: "eta")
    self.epsilon = epsilon
    self.minimumKept = minimumKept
  }

  /// `eta`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "eta \(epsilon)" }

  /// Drops what is below the cutoff.
  public func apply(to candidates: inout Candidates) {
    guard epsilon > 0, let summary = candidates.summary(entropy: true),
      let entropy = summary.entropy
    else { return }
    let logEpsilon = PortableLogarithm.log(epsilon)
    candidates.keep(
      atLeast: summary.logNormalizer + min(logEpsilon, logEpsilon / 2 - entropy) - 0x1p-22,
      minimum: minimumKept, ties: .kept)
  }
}

extension EtaCutoff {
  /// `eta_cutoff`
  public static let epsilon = Parameter<Double>.number(
    "eta_cutoff", neutral: 0, "a number from 0 (off) to below 1",
    help:
      "Drops tokens less probable than a cutoff of at most x that falls as the entropy rises (eta sampling).",
    neutralWords: "off"
  ) { $0 >= 0 && $0 < 1 }

  static let entry = FilterEntry("eta", epsilon) {
    (parameters, rules) throws(DecodingFailure) in
    try EtaCutoff(parameters[epsilon], minimumKept: rules.minimumKept)
  }
}

extension Parameters {
  /// The epsilon of eta sampling (`eta_cutoff`); from 0, which keeps all, to below 1.
  public var etaCutoff: Double {
    get { self[EtaCutoff.epsilon] }
    set { self[EtaCutoff.epsilon] = newValue }
  }
}
