import Foundation

/// What ranks the results of a beam search, and when they are good enough to end it.
package struct BeamScoring: Sendable {
  let lengthPenalty: Double
  let earlyStopping: EarlyStopping

  package init(lengthPenalty: Double, earlyStopping: EarlyStopping) {
    self.lengthPenalty = lengthPenalty
    self.earlyStopping = earlyStopping
  }

  /// The score of a result: its cumulative score, divided by its generated length to the power of the length penalty.
  /// The token that ended it counts.
  package func score(_ sum: Double, length: Int) -> Double {
    length > 0 ? sum / divisor(length) : sum
  }

  /// Whether the search is over although hypotheses are alive.
  ///
  /// - Parameters:
  ///   - best: the cumulative score that the best of what goes on is judged by.
  ///   - length: the generated length of the hypotheses that are alive.
  ///   - limit: the generated length that none exceeds.
  package func isOver(_ pool: BeamPool, best: Double, length: Int, limit: Int) -> Bool {
    guard pool.isFull, let worst = pool.worstScore else { return false }
    switch earlyStopping {
    case .immediate: return true
    case .heuristic: return worst >= score(best, length: length)
    case .never: return worst >= score(best, length: lengthPenalty > 0 ? limit : length)
    }
  }

  /// *length* ^ *lengthPenalty*, kept within the finite positive numbers so that no score is a NaN.
  private func divisor(_ length: Int) -> Double {
    let power = lengthPenalty == 1 ? Double(length) : pow(Double(length), lengthPenalty)
    return min(max(power, .leastNormalMagnitude), .greatestFiniteMagnitude)
  }
}
