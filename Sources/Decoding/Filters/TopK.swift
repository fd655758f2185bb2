/// Keeps the candidates with the *k* greatest logits (Fan, Lewis and Dauphin 2018, arXiv 1805.04833).
///
///     // logits 3, 1, 2, 2
///     try TopK(2)              // keeps 3, 2, 2: ties are kept
///     try TopK(2, ties: .cut)  // keeps 3, 2
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

  /// The `count` best, by default with Hugging Face's rule for ties.
  ///
  /// - Parameter minimumKept: a greater count than `count` takes its place.
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a count below 1.
  public init(_ count: Int, ties: Ties = .kept, minimumKept: Int = 1) throws(DecodingFailure) {
    guard count >= 1 else {
      throw .invalidParameter("top-k", reason: "is \(count); it must be at least 1")
    }
    try checkMinimum(minimumKept, of: "top-k")
    self.count = max(count, minimumKept)
    self.ties = ties
  }

  /// `top-k`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "top-k \(count)" + (ties == .kept ? "" : " exactly") }

  /// The greatest `count`.
  public var reach: FilterReach { .greatest(count) }

  /// Drops all but the best.
  public func apply(to candidates: inout Candidates) {
    candidates.keepGreatest(count, ties: ties)
  }
}

extension TopK {
  /// `top_k`
  public static let count = Parameter<Int>.integer(
    "top_k", neutral: 0, "a whole number, 0 (off) or above", in: 0...,
    help: "Keeps the n most probable tokens; in contrastive search, the number of candidates.",
    neutralWords: "off")

  static let entry = FilterEntry("top-k", count) {
    (parameters, rules) throws(DecodingFailure) in
    try TopK(
      parameters[count], ties: rules.edges == .huggingFace ? .kept : .cut,
      minimumKept: rules.minimumKept)
  }
}

extension Parameters {
  /// How many of the most probable tokens are kept (`top_k`); 0 keeps all. Contrastive search tries as many.
  public var topK: Int {
    get { self[TopK.count] }
    set { self[TopK.count] = newValue }
  }
}
