import LanguageModeling

/// Drops the candidates whose probability is below a constant: epsilon sampling (Hewitt, Manning and Liang 2022, arXiv
/// 2210.15191; Hugging Face's `epsilon_cutoff`).
///
/// - Complexity: O(candidates).
public struct EpsilonCutoff: Filter, Hashable {
  /// The probability, at least 0 and below 1. 0 keeps all.
  public let probability: Double
  /// How many of the best remain at least, with all that are equal to the last of them.
  public let minimumKept: Int

  /// A cutoff at `probability`.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` unless it is at least 0 and below 1.
  public init(_ probability: Double, minimumKept: Int = 1) throws(DecodingError) {
    guard probability >= 0, probability < 1 else {
      throw .invalidParameter(
        "epsilon", reason: "is \(probability); it must be at least 0 and below 1")
    }
    try checkMinimum(minimumKept, of: "epsilon")
    self.probability = probability
    self.minimumKept = minimumKept
  }

  /// `epsilon`
  public var name: String { FilterName.epsilon.rawValue }
  /// The name and the parameter.
  public var description: String { "epsilon \(probability)" }

  /// Drops what is below the cutoff.
  public func apply(to candidates: inout Candidates) {
    guard probability > 0, let summary = candidates.summary(entropy: false) else { return }
    candidates.keep(
      atLeast: summary.logNormalizer + PortableLogarithm.log(probability) - 0x1p-22,
      minimum: minimumKept, ties: .kept)
  }
}
