import LanguageModeling

/// An interval that holds at any time: a confidence sequence for the mean of a finite list of bounded numbers, of which
/// more and more are seen in an order drawn by chance. One may look after every number and stop whenever one likes; that
/// any of all the intervals misses the mean has at most the stated probability.
///
/// The hedged capital process of Waudby-Smith and Ramdas 2024 (“Estimating means of bounded random variables by
/// betting”, sections 4 and 5.2), sampling without replacement: for each mean that is thought possible, one bets that the
/// next number is above and one that it is below what is then left to expect; a mean is refused once a bettor has
/// multiplied what was staked by 1 / α. Bets are those of its equation 26, cut off at half of what can be lost.
public struct BettingSequence: Sendable {
  /// The level of the intervals, in (0, 1).
  public let level: Double
  /// How many numbers there are in all.
  private let populationCount: Int
  private let bounds: ClosedRange<Double>
  /// What was seen, scaled to 0...1.
  private var values: [Double] = []
  /// The sum of ``values`` before each of them.
  private var sums: [Double] = []
  /// The bet on each before its cut-off.
  private var bets: [Double] = []
  private var moments = (count: 0.0, sum: 0.0, squares: 0.0)

  /// A sequence that has seen nothing.
  ///
  /// - Parameters:
  ///   - populationCount: how many numbers there are in all, at least 1.
  ///   - bounds: what each of them lies in.
  public init(populationCount: Int, bounds: ClosedRange<Double>, level: Double = 0.95) {
    self.populationCount = populationCount
    self.bounds = bounds
    self.level = level
  }

  /// The part of a bettor's stake that one number can cost at most.
  private static let cutOff = 0.5

  /// Sees the next number; one outside of the bounds counts as the nearer end.
  public mutating func observe(_ number: Double) {
    let width = bounds.upperBound - bounds.lowerBound
    let value = min(max((number - bounds.lowerBound) / width, 0), 1)
    let count = moments.count + 1
    // Mean and variance so far, each with one made-up number: a mean of 1/2, a variance of 1/4.
    let variance = (0.25 + moments.squares) / count
    let logarithm = PortableLogarithm.log(2 / (1 - level))
    bets.append(
      (2 * logarithm / (count * PortableLogarithm.log(1 + count) * variance)).squareRoot())
    sums.append(moments.sum)
    values.append(value)
    moments.sum += value
    moments.count = count
    let mean = min((0.5 + moments.sum) / (count + 1), 1)
    moments.squares += (value - mean) * (value - mean)
  }

  /// What the luckier of both bettors against `mean` has now by 1 of stake in all; infinite where `mean` can't be the
  /// mean of all numbers any more.
  public func capital(against mean: Double) -> Double {
    process(against: mean, peak: false)
  }

  /// How improbable `mean` has become: a p-value that holds at any time, 1 over the greatest capital there ever was
  /// (Ville 1939).
  public func pValue(against mean: Double) -> Double {
    min(1, 1 / process(against: mean, peak: true))
  }

  /// The interval now: the means that were never refused.
  ///
  /// - Complexity: O(numbers seen).
  public var interval: ConfidenceInterval {
    let width = bounds.upperBound - bounds.lowerBound
    func scaled(_ value: Double) -> Double { bounds.lowerBound + width * value }
    guard !values.isEmpty else {
      return ConfidenceInterval(
        estimate: .nan, lower: bounds.lowerBound, upper: bounds.upperBound)
    }
    let estimate = moments.sum / moments.count
    let limit = 1 / (1 - level)
    // The bettor on the upper side gains the less, the greater the mean; so each end is a crossing.
    let size = Double(populationCount)
    let (least, greatest) = (moments.sum / size, 1 - (moments.count - moments.sum) / size)
    func isRefused(_ mean: Double) -> Bool { process(against: scaled(mean), peak: true) >= limit }
    let lower =
      isRefused(least)
      ? Bisection.root(from: least, to: estimate) { isRefused($0) ? -1 : 1 } : least
    let upper =
      isRefused(greatest)
      ? Bisection.root(from: estimate, to: greatest) { isRefused($0) ? 1 : -1 } : greatest
    return ConfidenceInterval(
      estimate: scaled(estimate), lower: scaled(lower), upper: scaled(upper))
  }

  private func process(against mean: Double, peak: Bool) -> Double {
    let width = bounds.upperBound - bounds.lowerBound
    let mean = (mean - bounds.lowerBound) / width
    let size = Double(populationCount)
    var (above, below, greatest) = (1.0, 1.0, 0.5)
    for (index, value) in values.enumerated() {
      // What is left to expect of the next number, if the mean of all is `mean`.
      let expected = (size * mean - sums[index]) / (size - Double(index))
      // Rounding must not refuse what is just possible.
      guard expected > -1e-12, expected < 1 + 1e-12 else { return .infinity }
      let offset = value - expected
      above *= 1 + min(bets[index], Self.cutOff / max(expected, 0)) * offset
      below *= 1 - min(bets[index], Self.cutOff / max(1 - expected, 0)) * offset
      greatest = max(greatest, above / 2, below / 2)
    }
    return peak ? greatest : max(above, below) / 2
  }
}
