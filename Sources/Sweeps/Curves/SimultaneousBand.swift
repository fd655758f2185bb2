import Metrics

/// A band that holds a whole curve with a probability: the scores of many steps, each over the same prompts, as one.
///
/// Bootstrap-t over prompts (Efron 1981), with the greatest studentised deviation over all steps: a step's score counts as
/// the mean of its prompts' pseudo-values (``PromptStatistics/pseudovalues``), a resample's deviation is divided by the
/// standard error that the resample itself has there, and the greatest over the steps is exceeded in one of 20 resamples
/// at a level of 95 %. With few prompts, dividing by the standard error of the sample instead holds far less than it says:
/// 75 % with 16 prompts and 60 steps that hardly depend on each other, where this holds 96 %.
///
/// ```swift
/// var band = SimultaneousBand(bootstrap: Bootstrap(promptCount: 16, seed: 1))
/// for step in steps { band.add(statistics.selecting(step)) }
/// band.steps  // as many, each with the score between its ends
/// ```
public struct SimultaneousBand: Sendable {
  /// A step's score and its standard error.
  private var estimates: [(score: Double, error: Double)] = []
  /// By resample, how often each prompt is in it, where it is.
  private let resamples: [[(prompt: Int, count: Double)]]
  /// By resample, the greatest deviation up to now, in its own standard errors.
  private var greatest: [Double]
  private let promptCount: Double
  private let level: Double

  /// A band without steps.
  ///
  /// - Parameter bootstrap: of the prompts that every step has.
  public init(bootstrap: Bootstrap) {
    resamples = bootstrap.map { prompts in
      var counts: [Int: Double] = [:]
      for prompt in prompts { counts[prompt, default: 0] += 1 }
      return counts.sorted { $0.key < $1.key }.map { (prompt: $0.key, count: $0.value) }
    }
    greatest = resamples.map { _ in 0 }
    promptCount = Double(bootstrap.promptCount)
    level = bootstrap.level
  }

  /// Adds the next step of the curve.
  ///
  /// - Complexity: O((prompts + resamples) · prompts).
  public mutating func add(_ statistics: PromptStatistics) {
    let score = statistics.score
    let values = statistics.pseudovalues
    let mean = values.reduce(0, +) / promptCount
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / (promptCount - 1) / promptCount).squareRoot()
    estimates.append((score, error))
    // Where all prompts agree, there is no deviation.
    guard error.isFinite, error > 0 else { return }
    for (index, resample) in resamples.enumerated() {
      var (sum, squares) = (0.0, 0.0)
      for (prompt, count) in resample {
        let value = values[prompt] - mean
        sum += count * value
        squares += count * value * value
      }
      let deviation = sum / promptCount
      let variance = max(0, squares / promptCount - deviation * deviation) / (promptCount - 1)
      guard abs(deviation) > 0x1p-40 * error else { continue }
      // A resample of one prompt alone, over and over, has no error of its own.
      greatest[index] = max(greatest[index], abs(deviation) / variance.squareRoot())
    }
  }

  /// The ends of the band at each step: infinite where the prompts are too few to say anything, the score itself where all
  /// prompts agree, NaN where it is undefined.
  public var steps: [(lower: Double, upper: Double)] {
    let sorted = greatest.sorted()
    let place = Int((level * Double(sorted.count)).rounded(.up)) - 1
    let factor = sorted.indices.contains(place) ? sorted[place] : .infinity
    return estimates.map { score, error in
      error > 0 ? (score - factor * error, score + factor * error) : (score, score)
    }
  }
}
