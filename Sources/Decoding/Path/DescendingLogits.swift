import Kernels
import LanguageModeling

/// The logits that a temperature divides, and the greatest of them in descending order, as far down as was asked for.
struct DescendingLogits {
  /// The candidates.
  private(set) var candidates: Candidates
  /// The greatest logit; −∞ for none.
  private(set) var maximum = -Double.infinity
  /// The logits of at least ``cut``, descending.
  private var sorted: [Float] = []
  private var cut = Float.infinity
  private var scratch: Candidates

  /// Short lists are sorted whole.
  private static let shortList = 1024

  init(vocabularyCount: Int) {
    candidates = Candidates(vocabularyCount: vocabularyCount)
    scratch = Candidates(vocabularyCount: vocabularyCount)
  }

  /// Takes other candidates.
  mutating func load<Failure: Error>(
    _ change: (inout Candidates) throws(Failure) -> Void
  ) throws(Failure) {
    try change(&candidates)
    maximum = Double(candidates.maximum)
    (sorted, cut) = ([], .infinity)
  }

  /// Drops what is below `threshold`, and what can't be taken.
  mutating func drop(below threshold: Double) {
    candidates.keep { _, logit in Double(logit) >= threshold }
    (sorted, cut) = ([], .infinity)
  }

  /// The logit with `index` others before it, counting equal ones; `nil` where there aren't so many.
  mutating func greatest(at index: Int) -> Double? {
    if index >= sorted.count, cut > -.infinity {
      if candidates.count <= Self.shortList {
        sort(to: -.infinity)
      } else {
        scratch.copy(candidates)
        scratch.keepGreatest(index + 1, ties: .kept)
        sort(to: scratch.withLogits { $0.min() } ?? -.infinity)
      }
    }
    return index < sorted.count ? Double(sorted[index]) : nil
  }

  private mutating func sort(to threshold: Float) {
    guard threshold < cut else { return }
    cut = threshold
    sorted.removeAll(keepingCapacity: true)
    candidates.withLogits { row in
      for logit in row where logit >= threshold && logit > -.infinity { sorted.append(logit) }
    }
    sorted.sort(by: >)
  }

  // MARK: - Mass

  /// Sums over e = exp((*l* − greatest) / *T*): Σ *e*, and Σ *e* · (greatest − *l*) / *T*.
  private typealias Sums = (mass: Double, distance: Double)

  /// The sums over the logits of at least `threshold`.
  private mutating func sums(from threshold: Double, temperature: Double) -> Sums {
    if threshold > -.infinity || candidates.count <= Self.shortList {
      sort(to: candidates.count <= Self.shortList ? -.infinity : Float(threshold).nextDown)
      var sums: Sums = (0, 0)
      for logit in sorted where Double(logit) >= threshold {
        let distance = (maximum - Double(logit)) / temperature
        let e = PortableExponential.exp(-distance)
        sums.mass += e
        sums.distance += e * min(distance, 745)
      }
      return sums
    }
    scratch.copy(candidates)
    scratch.divideLogits(byTemperature: Float(temperature))
    let greatest = scratch.maximum
    let sums = scratch.withLogits { LogitRow.entropySums(of: $0, maximum: greatest) }
    return (sums.sum, -sums.weighted)
  }

  /// The nucleus of a mass, bounded over an interval of temperatures: what is at least `certain` is in it at each, what is
  /// below `possible` at none.
  ///
  /// - Parameters:
  ///   - goal: the share of what is left that the nucleus must reach, as the decoder compares it.
  ///   - bounds: what is left.
  mutating func nucleus(
    of goal: Double, within bounds: AdmissionBounds, over temperatures: ClosedRange<Double>
  ) -> (certain: Double, possible: Double) {
    let (low, high) = (temperatures.lowerBound, temperatures.upperBound)
    let most = sums(from: bounds.possible, temperature: high)
    let fewest = sums(from: bounds.certain, temperature: low)
    guard most.mass > 0, fewest.mass > 0 else { return (.infinity, -.infinity) }
    // What rounding may do to a share. A weight's error is that of its exponent, which is at most (|x| + 2 d) 2^-24 with
    // d the distance from the greatest, and that of the exponential and of sums of eight; the mean of d grows with the
    // temperature, and with what is left.
    let distance = most.distance / most.mass * (high / low)
    let error = (abs(maximum) / low + 2 * distance) * 0x1.1p-24 + 0x1p-20
    let possible = reach(goal * most.mass * (1 + 4 * error), temperature: high)
    let certain = prefix(
      below: goal * fewest.mass * (1 - 4 * error), temperature: low, within: bounds.certain)
    return (certain, possible)
  }

  /// A logit that no token is below whose share of the mass is among the first that make `goal`; −∞ where all are needed.
  private mutating func reach(_ goal: Double, temperature: Double) -> Double {
    var width = 4 * temperature
    while true {
      let threshold = candidates.count <= Self.shortList ? -Double.infinity : maximum - width
      sort(to: threshold.isFinite ? Float(threshold).nextDown : -.infinity)
      var mass = 0.0
      for logit in sorted {
        mass += weight(logit, temperature)
        if mass >= goal {
          return Double(logit) - RoundingBounds.tie(Double(logit), temperature: temperature)
        }
      }
      if cut == -.infinity { return -.infinity }
      width *= 2
      if width > 128 * temperature { sort(to: -.infinity) }
    }
  }

  /// The least logit whose mass before it, ties included, is below `goal`; +∞ for none.
  ///
  /// - Parameter least: logits of at least this are left for certain; no tie may be below it.
  private func prefix(below goal: Double, temperature: Double, within least: Double) -> Double {
    var result = Double.infinity
    var end = 0
    var mass = 0.0
    for (rank, logit) in sorted.enumerated() {
      let tie = Double(logit) - RoundingBounds.tie(Double(logit), temperature: temperature)
      guard tie > Double(cut) else { break }
      while end < sorted.count, Double(sorted[end]) >= tie {
        mass += weight(sorted[end], temperature)
        end += 1
      }
      guard Double(sorted[end - 1]) >= least else { break }
      // The first is kept whatever its mass, where nothing equals it.
      guard mass - weight(logit, temperature) < goal || (rank == 0 && end == 1) else { break }
      result = Double(logit)
    }
    return result
  }

  private func weight(_ logit: Float, _ temperature: Double) -> Double {
    PortableExponential.exp((Double(logit) - maximum) / temperature)
  }
}
