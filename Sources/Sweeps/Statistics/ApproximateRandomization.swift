/// The paired randomisation test: if two settings were alike, which of the two a prompt's result came from would be a
/// coin toss (Noreen 1989; Riezler and Maxwell 2005).
///
/// Where there are no more assignments than rounds, all of them are taken and the p-value is exact. Otherwise as many
/// as `rounds` are drawn, and one is added above and below the line.
public struct ApproximateRandomization: Sendable {
  private let rounds: Int
  private let seed: UInt64

  /// A test of `rounds` assignments.
  public init(rounds: Int = 10_000, seed: UInt64) {
    self.rounds = rounds
    self.seed = seed
  }

  /// How probable a difference at least as great is when results are assigned by chance; two-sided. NaN where a score
  /// is undefined or the numbers of prompts differ.
  ///
  /// - Complexity: O(rounds · prompts · width).
  public func pValue(of trial: PromptStatistics, against baseline: PromptStatistics) -> Double {
    let observed = abs(trial.score - baseline.score)
    let prompts = trial.promptCount
    guard observed.isFinite, prompts == baseline.promptCount, prompts > 0 else { return .nan }

    func isExtreme(_ isSwapped: (Int) -> Bool) -> Bool {
      let scores = trial.scores(against: baseline, isSwapped: isSwapped)
      return Comparison.reaches(abs(scores.own - scores.other), observed)
    }

    // An assignment and its opposite have the same absolute difference, so the last prompt may stay where it is.
    if prompts <= 62, 1 << (prompts - 1) <= rounds {
      let count = 1 << (prompts - 1)
      let extreme = (0..<count).count { assignment in
        isExtreme { prompt in assignment >> prompt & 1 == 1 }
      }
      return Double(extreme) / Double(count)
    }
    var stream = PhiloxStream(seed: seed, purpose: .randomization)
    var extreme = 0
    for _ in 0..<rounds {
      let words = (0..<(prompts + 63) / 64).map { _ in stream.next() }
      if isExtreme({ words[$0 / 64] >> ($0 % 64) & 1 == 1 }) { extreme += 1 }
    }
    return Double(extreme + 1) / Double(rounds + 1)
  }
}
