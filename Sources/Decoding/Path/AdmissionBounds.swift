import LanguageModeling

/// What filters after the temperature leave, bounded over an interval of temperatures.
///
/// Each filter that can be followed keeps the greatest logits, down to a threshold that moves with the temperature. A
/// bound speaks of logits before the temperature divides them, and holds for every temperature of the interval as the
/// decoder computes it, rounding included.
struct AdmissionBounds: Hashable {
  /// What is at least this is left at every temperature of the interval.
  var certain = -Double.infinity
  /// What is below this is left at none.
  var possible = -Double.infinity

  /// Narrows the bounds: a filter leaves no more than was left before it.
  mutating func narrow(certain: Double, possible: Double) {
    self.certain = max(self.certain, certain)
    self.possible = max(self.possible, possible)
  }
}

/// How much the decoder's arithmetic may differ from that of real numbers.
enum RoundingBounds {
  /// The relative error of a binary32 quotient is at most 2^-24; a little more pays for what binary64 rounds.
  static let quotient = 0x1.01p-24
  /// Relative to its terms, what a sum or a comparison in binary64 may be off.
  static let sum = 0x1p-49
  /// Absolute, what a quotient below the normal numbers may be off.
  static let underflow = 0x1p-140

  /// How far apart two logits of about this size must at least be, so that no temperature makes them equal.
  static func tie(_ logit: Double, temperature: Double) -> Double {
    abs(logit) * 0x1p-22 + temperature * underflow
  }
}

/// A filter that can be followed over temperatures where it stands after the temperature: it keeps the greatest logits,
/// and no fewer at a higher temperature.
protocol FollowedFilter: Filter {
  /// Whether this one can be followed; `isFirst`: nothing but the temperature stands before it.
  func isFollowable(isFirst: Bool) -> Bool

  /// Whether what is dropped before it changes what it keeps of the rest.
  var readsAllThatIsLeft: Bool { get }

  /// Narrows the bounds of what is left by what this filter drops.
  ///
  /// - Parameters:
  ///   - logits: the logits that the temperature divides.
  ///   - temperatures: the interval.
  func narrow(
    _ bounds: inout AdmissionBounds, of logits: inout DescendingLogits,
    over temperatures: ClosedRange<Double>)
}

extension TopK: FollowedFilter {
  /// Where ties are kept, what is left is told by logits alone.
  func isFollowable(isFirst: Bool) -> Bool { ties == .kept }

  /// `false`: the *k*-th stays the *k*-th.
  var readsAllThatIsLeft: Bool { false }

  /// The temperature keeps the order, so that the *k*-th stays the *k*-th; what comes too near to it may become equal.
  func narrow(
    _ bounds: inout AdmissionBounds, of logits: inout DescendingLogits,
    over temperatures: ClosedRange<Double>
  ) {
    guard let last = logits.greatest(at: count - 1) else { return }
    let tie = RoundingBounds.tie(last, temperature: temperatures.upperBound)
    bounds.narrow(certain: last, possible: last - tie)
  }
}

extension MinP: FollowedFilter {
  func isFollowable(isFirst: Bool) -> Bool { minimumKept == 1 && ratio <= 1 }

  /// `false`: the greatest is enough.
  var readsAllThatIsLeft: Bool { false }

  /// A logit is left where it is at most *T* · (−ln ratio) below the greatest.
  func narrow(
    _ bounds: inout AdmissionBounds, of logits: inout DescendingLogits,
    over temperatures: ClosedRange<Double>
  ) {
    guard ratio > 0 else { return }
    let reach = 0x1p-22 - PortableLogarithm.log(ratio)
    let greatest = logits.maximum
    func slack(_ temperature: Double) -> Double {
      // The logits at the threshold are no greater in magnitude than these two together.
      let magnitude = 2 * abs(greatest) + temperature * reach
      return (RoundingBounds.quotient + RoundingBounds.sum) * magnitude
        + temperature * (RoundingBounds.underflow + RoundingBounds.sum * reach)
    }
    let (low, high) = (temperatures.lowerBound, temperatures.upperBound)
    bounds.narrow(
      certain: min(greatest, greatest - low * reach + slack(low)),
      possible: greatest - high * reach - slack(high))
  }
}

extension TopP: FollowedFilter {
  func isFollowable(isFirst: Bool) -> Bool { minimumKept == 1 }

  /// `true`: shares are shares of what is left.
  var readsAllThatIsLeft: Bool { true }

  /// The share before a logit falls as the temperature rises: its derivative in 1/T has the sign of the mean logit of
  /// what stands before less that of all, which is at least 0. So the lowest temperature bounds it from above, and the
  /// highest from below.
  func narrow(
    _ bounds: inout AdmissionBounds, of logits: inout DescendingLogits,
    over temperatures: ClosedRange<Double>
  ) {
    guard mass < 1 else { return }
    let nucleus = logits.nucleus(of: mass - 0x1p-22, within: bounds, over: temperatures)
    bounds.narrow(certain: nucleus.certain, possible: nucleus.possible)
  }
}
