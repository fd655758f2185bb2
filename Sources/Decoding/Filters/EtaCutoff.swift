import LanguageModeling

/// Drops the candidates whose probability is below min(ε, √ε · exp(−*H*)), with *H* the entropy in nats: eta sampling
/// (Hewitt, Manning and Liang 2022, arXiv 2210.15191; Hugging Face's `eta_cutoff`).
///
/// - Complexity: O(candidates).
public struct EtaCutoff: Filter, Hashable {
  /// ε, at least 0 and below 1. 0 keeps all.
  public let epsilon: Double
  /// How many of the best remain at least, with all that are equal to the last of them.
  public let minimumKept: Int

  /// A cutoff with `epsilon`.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` unless it is at least 0 and below 1.
  public init(_ epsilon: Double, minimumKept: Int = 1) throws(DecodingError) {
    guard epsilon >= 0, epsilon < 1 else {
      throw .invalidParameter("eta", reason: "is \(epsilon); it must be at least 0 and below 1")
    }
    try checkMinimum(minimumKept, of: "eta")
    self.epsilon = epsilon
    self.minimumKept = minimumKept
  }

  /// `eta`
  public var name: String { FilterName.eta.rawValue }
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
