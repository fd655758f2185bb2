import Foundation

/// Pearson's statistic of counts against probabilities, as a normal deviate (Wilson and Hilferty 1931): above 3.1 once
/// in a thousand draws of the experiment. Cells that expect fewer than five are put together.
func chiSquareDeviate(counts: [Int], probabilities: [Double]) -> Double {
  let total = Double(counts.reduce(0, +))
  var statistic = 0.0
  var cells = 0
  var rest = (count: 0.0, expected: 0.0)
  func add(_ count: Double, _ expected: Double) {
    statistic += (count - expected) * (count - expected) / expected
    cells += 1
  }
  for (count, probability) in zip(counts, probabilities) {
    let expected = total * probability
    if expected >= 5 {
      add(Double(count), expected)
    } else if probability > 0 {
      rest.count += Double(count)
      rest.expected += expected
    } else if count > 0 {
      return .infinity
    }
  }
  if rest.expected > 0 { add(rest.count, rest.expected) }
  let freedom = Double(cells - 1)
  guard freedom > 0 else { return 0 }
  let spread = 2 / (9 * freedom)
  return (cbrt(statistic / freedom) - (1 - spread)) / spread.squareRoot()
}
