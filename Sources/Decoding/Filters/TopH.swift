import Kernels
import LanguageModeling

/// Keeps the best candidates whose terms −*q* ln *q* add up to at most a share of the entropy: top-H (Potraghloo et al.
/// 2025, arXiv 2509.02510).
///
/// *q* is the distribution over the 100 best candidates, renormalised; the rest is dropped, whatever the share. The
/// first always stays. This is what Hugging Face's `TopHLogitsWarper` (transformers 5) computes; its documentation
/// speaks of the entropy of the renormalised prefix instead.
///
///     try TopH(0.6)  // of 0.4, 0.3, 0.2, 0.1 keeps 0.4, 0.3, with 57 % of the entropy
///
/// - Complexity: O(candidates); 100 of them are sorted.
public struct TopH: Filter, Hashable {
  /// The share of the entropy, above 0 and at most 1.
  public let share: Double

  /// The number of candidates that are looked at.
  public static let lookedAt = 100

  /// The best candidates with `share` of the entropy.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is above 0 and at most 1.
  public init(_ share: Double) throws(DecodingFailure) {
    guard share > 0, share <= 1 else {
      throw .invalidParameter("top-h", reason: "is \(share); it must be above 0 and at most 1")
    }
    self.share = share
  }

  /// `top-h`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "top-h \(share)" }

  /// Drops what is after the prefix.
  public func apply(to candidates: inout Candidates) {
    candidates.keepGreatest(Self.lookedAt, ties: .cut)
    guard let summary = candidates.summary(entropy: true), let entropy = summary.entropy
    else { return }
    let limit = share * entropy * (1 + 0x1p-20)
    candidates.keepPrefix { logit, sum in
      let surprise = summary.logNormalizer - Double(logit)
      sum += surprise * LogitRow.exponential(min(0, -surprise))
      return sum <= limit
    }
  }
}

extension TopH {
  /// `top_h`
  public static let share = Parameter<Double?>.optionalNumber(
    "top_h", "a number above 0 and at most 1",
    help: "Keeps the most probable tokens, up to the share x of the entropy (top-H sampling).",
    neutralWords: "off"
  ) { $0 > 0 && $0 <= 1 && Float($0).isNormal }

  static let entry = FilterEntry("top-h", share) {
    (parameters, _) throws(DecodingFailure) in try TopH(parameters[share] ?? 1)
  }
}

extension Parameters {
  /// The share of the entropy that the tokens kept may have (`top_h`); in (0, 1], `nil` keeps all.
  public var topH: Double? {
    get { self[TopH.share] }
    set { self[TopH.share] = newValue }
  }
}
