/// Keeps the candidates with the *k* greatest logits (Fan, Lewis and Dauphin 2018, arXiv 1805.04833).
///
/// - Complexity: O(candidates); nothing is sorted but the candidates within 1/64 of the threshold.
public struct TopK: Filter, Hashable {
  /// What becomes of candidates that are equal to the *k*-th.
  public enum Ties: Hashable, Sendable {
    /// All are kept, so that more than *k* may remain (Hugging Face, vLLM, OpenNMT-py, swift-transformers).
    case kept
    /// Those with the lowest ids are kept, so that exactly *k* remain (llama.cpp, CTranslate2, fairseq and mlx keep
    /// exactly *k* too, and leave the choice to their sort).
    case cut
  }

  /// The number of candidates to keep, at least 1. More than there are changes nothing.
  public let count: Int
  /// What becomes of candidates that are equal to the last one kept.
  public let ties: Ties

  /// The `count` best, with Hugging Face's rule for ties unless said otherwise.
  ///
  /// - Parameter minimumKept: a greater count than `count` takes its place.
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a count below 1.
  public init(_ count: Int, ties: Ties = .kept, minimumKept: Int = 1) throws(DecodingError) {
    guard count >= 1 else {
      throw .invalidParameter("top-k", reason: "is \(count); it must be at least 1")
    }
    try checkMinimum(minimumKept, of: "top-k")
    self.count = max(count, minimumKept)
    self.ties = ties
  }

  /// `top-k`
  public var name: String { FilterName.topK.rawValue }
  /// The name and the parameter.
  public var description: String { "top-k \(count)" + (ties == .kept ? "" : " exactly") }

  /// Drops all but the best.
  public func apply(to candidates: inout Candidates) {
    candidates.keepGreatest(count, ties: ties)
  }
}
