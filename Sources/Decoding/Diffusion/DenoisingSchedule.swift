/// How many positions of a block are settled after each of its steps.
public enum DenoisingSchedule: String, Hashable, Sendable, CaseIterable {
  /// The same number at each step; what is left over goes to the first ones, one each (LLaDA). With more steps than
  /// positions, they are spread evenly.
  case linear
  /// Few at first, then ever more: cos(π/2 · *i*/*n*) of the positions are left after step *i* of *n* (MaskGIT, arXiv
  /// 2202.04200), and at least one less than before while there are no more steps than positions.
  case cosine

  /// The number of positions that are settled after the first `step` steps; all of them after the last.
  ///
  ///     DenoisingSchedule.linear.settledCount(after: 1, of: 4, positions: 10)  // 3
  ///     DenoisingSchedule.cosine.settledCount(after: 1, of: 4, positions: 10)  // 1
  public func settledCount(after step: Int, of steps: Int, positions: Int) -> Int {
    guard step < steps else { return positions }
    switch self {
    case .linear where steps > positions:
      return (positions * step + steps - 1) / steps
    case .linear:
      return positions / steps * step + min(step, positions % steps)
    case .cosine:
      let left = Self.cosine(ofQuarterTurn: Double(step) / Double(steps)) * Double(positions)
      let settled = positions - Int(left.rounded(.up))
      return steps > positions ? settled : max(step, min(settled, positions - (steps - step)))
    }
  }

  /// cos(π/2 · x) for x from 0 to 1, from its series: the same on every machine.
  private static func cosine(ofQuarterTurn x: Double) -> Double {
    let square = x * x * (Double.pi / 2) * (Double.pi / 2)
    var (term, sum) = (1.0, 1.0)
    for index in 1...11 {
      term *= -square / Double((2 * index - 1) * (2 * index))
      sum += term
    }
    return max(0, sum)
  }
}
