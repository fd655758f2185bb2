/// Cuts the sorted logits at their steepest relative drop, so that the shape of the head alone decides (Ding et al. 2026,
/// arXiv 2604.11012: min-k sampling).
///
/// With *l*₁ ≥ *l*₂ ≥ … the logits and *R* = *l*₁ − the least, each drop weighs (*l*ᵢ − *l*ᵢ₊₁) / (*R* · *i*), and
/// what stands before the greatest weight is kept, among equals the first; but at least ⌊*τ* / *R*⌋ candidates, so
/// that a flat distribution keeps many. What equals the last one kept is kept too. *R* is that of the candidates that
/// are left.
///
/// The cliff doesn't move with the temperature, but ⌊*τ* / *R*⌋ does: the paper cuts before the temperature, as a list
/// such as `min-k;temperature` does; in the order `huggingface` the temperature comes first.
///
///     try MinK(0)  // of the logits 5, 4.5, 1, 0.5, 0 keeps 5, 4.5
///
/// - Complexity: O(candidates), and a sort of those near the greatest, of all where no drop stands out.
public struct MinK: Filter, Hashable {
  /// *τ*, at least 0: what keeps more where logits are close together. The paper's choice is 3.
  public let fallback: Double

  /// A cut with *τ* = `fallback`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is a finite number of at least 0.
  public init(_ fallback: Double) throws(DecodingFailure) {
    guard fallback >= 0, fallback < .infinity else {
      throw .invalidParameter(
        "min-k", reason: "is \(fallback); it must be a finite number of at least 0")
    }
    self.fallback = fallback
  }

  /// `min-k`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "min-k \(fallback)" }

  /// Drops what is after the cliff.
  public func apply(to candidates: inout Candidates) {
    guard let (cliff, range) = candidates.steepestDrop() else { return }
    // A range of 0 is flat: all are kept, unless nothing is to be.
    let enough = range > 0 ? min(fallback / range, Double(candidates.count)) : .infinity
    let count = fallback > 0 ? max(cliff, enough < 0x1p31 ? Int(enough) : candidates.count) : cliff
    candidates.keepGreatest(count, ties: .kept)
  }
}

extension Candidates {
  /// Where the sorted logits drop most, a drop after *i* of them counting 1 / *i*: the number of logits before it, and
  /// the distance from the greatest to the least; `nil` where nothing can be taken.
  fileprivate mutating func steepestDrop() -> (count: Int, range: Double)? {
    var (greatest, least) = (-Float.infinity, Float.infinity)
    for index in 0..<count where logits[index] > -.infinity {
      greatest = max(greatest, logits[index])
      least = min(least, logits[index])
    }
    guard greatest > -.infinity else { return nil }
    let range = Double(greatest) - Double(least)
    var width: Float = 4
    while true {
      // The logits within the width, sorted, in the place of the masses.
      var kept = 0
      for index in 0..<count where logits[index] > -.infinity && logits[index] >= greatest - width {
        masses[kept] = logits[index]
        kept += 1
      }
      masses[..<kept].sort(by: >)
      var best = (count: 1, weight: 0.0)
      for rank in 1..<max(1, kept) {
        let weight = (Double(masses[rank - 1]) - Double(masses[rank])) / Double(rank)
        if weight > best.weight { best = (rank, weight) }
      }
      // No drop further down can weigh more than all that is left of the range.
      let rest = (Double(masses[kept - 1]) - Double(least)) / Double(kept)
      if rest <= best.weight || masses[kept - 1] == least { return (best.count, range) }
      width *= 2
    }
  }
}

extension MinK {
  /// `min_k`
  public static let fallback = Parameter<Double?>.optionalNumber(
    "min_k", "a number, 0 or above",
    help: "Cuts the sorted logits at their steepest relative drop (min-k sampling), but keeps at"
      + " least x divided by the range of the logits; 3 is the paper's choice.",
    neutralWords: "off", isYoung: true
  ) { $0 >= 0 && Float($0).isFinite }

  static let entry = FilterEntry("min-k", fallback) {
    (parameters, _) throws(DecodingFailure) in try MinK(parameters[fallback] ?? 0)
  }
}

extension Parameters {
  /// What keeps more candidates of min-k where logits are close together (`min_k`); `nil` is off.
  public var minK: Double? {
    get { self[MinK.fallback] }
    set { self[MinK.fallback] = newValue }
  }
}
