import Kernels

/// Keeps the candidates whose logit is at most *n* standard deviations below the greatest (Tang et al. 2024, arXiv
/// 2411.07641). Temperature before it changes nothing in what it keeps.
///
/// The deviation is that of the whole population of candidates that can be taken, as in llama.cpp.
///
///     // logits 4, 3, 0, 1: their deviation is 1.58
///     try TopNSigma(1)  // keeps 4, 3
///
/// - Complexity: O(candidates).
public struct TopNSigma: Filter, Hashable {
  /// *n*, above 0.
  public let count: Double

  /// The candidates within `count` deviations.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is a finite number above 0.
  public init(_ count: Double) throws(DecodingFailure) {
    guard count > 0, count < .infinity else {
      throw .invalidParameter(
        "top-n-sigma", reason: "is \(count); it must be a finite number above 0")
    }
    self.count = count
  }

  /// `top-n-sigma`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "top-n-sigma \(count)" }

  /// Drops what is further below the greatest.
  public func apply(to candidates: inout Candidates) {
    let maximum = candidates.maximum
    guard maximum > -.infinity else { return }
    let deviation = candidates.withLogits {
      LogitRow.standardDeviation(of: $0, maximum: maximum)
    }
    candidates.keep(
      atLeast: Double(maximum) - count * deviation - 0x1p-22, minimum: 1, ties: .kept)
  }
}

extension TopNSigma {
  /// `top_n_sigma`
  public static let deviations = Parameter<Double>.number(
    "top_n_sigma", neutral: 0, "a number; 0 and below is off",
    help: "Keeps the tokens whose logits are within x standard deviations of the greatest.",
    neutralWords: "off",
    isOff: { $0 <= 0 }
  ) { Float($0).isFinite }

  static let entry = FilterEntry("top-n-sigma", deviations) {
    (parameters, _) throws(DecodingFailure) in try TopNSigma(parameters[deviations])
  }
}

extension Parameters {
  /// How many standard deviations below the greatest logit are kept (`top_n_sigma`); 0 and below keeps all.
  public var topNSigma: Double {
    get { self[TopNSigma.deviations] }
    set { self[TopNSigma.deviations] = newValue }
  }
}
