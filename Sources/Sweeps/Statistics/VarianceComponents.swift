/// How much of what varies is due to prompts, and how much to the samples of a prompt: the one-way analysis of variance
/// with random effects, its components estimated by mean squares (Searle, Casella and McCulloch 1992, chapter 3).
///
///     let components = VarianceComponents([[1, 3], [5, 7]])
///     components?.samples  // 2: the mean square within prompts
///     components?.prompts  // 7: (16 − 2) / 2
public struct VarianceComponents: Hashable, Sendable {
  /// The variance of a prompt's true value, at least 0.
  public var prompts: Double
  /// The variance of a sample about its prompt's true value; 0 where each prompt has one.
  public var samples: Double
  /// The number of prompts.
  public var promptCount: Int
  /// Samples a prompt: the effective number, where prompts have different ones.
  public var sampleCount: Double

  /// The components of `groups`: by prompt, the value of each sample.
  ///
  /// - Returns: `nil` for fewer than two prompts, for a prompt without a sample, and for undefined values.
  public init?(_ groups: [[Double]]) {
    guard groups.count > 1, groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isFinite) }) else {
      return nil
    }
    let total = groups.reduce(0) { $0 + $1.count }
    let size = Double(total)
    let mean = groups.joined().reduce(0, +) / size
    var (between, within, squares) = (0.0, 0.0, 0.0)
    for group in groups {
      let count = Double(group.count)
      let own = group.reduce(0, +) / count
      between += count * (own - mean) * (own - mean)
      within += group.reduce(0) { $0 + ($1 - own) * ($1 - own) }
      squares += count * count
    }
    let freedom = Double(groups.count - 1)
    sampleCount = (size - squares / size) / freedom
    samples = total > groups.count ? within / Double(total - groups.count) : 0
    prompts = max(0, (between / freedom - samples) / sampleCount)
    promptCount = groups.count
  }

  /// The variance of the mean over so many prompts with so many samples each.
  public func varianceOfMean(promptCount: Int, sampleCount: Double) -> Double {
    (prompts + samples / max(1, sampleCount)) / Double(max(1, promptCount))
  }

  /// The standard deviation of a prompt's mean over its samples.
  public var promptDeviation: Double { (prompts + samples / max(1, sampleCount)).squareRoot() }

  /// The share of the variance of the mean that more samples of the same prompts would take away.
  public var sampleShare: Double {
    let own = samples / max(1, sampleCount)
    return own > 0 ? own / (prompts + own) : 0
  }
}
