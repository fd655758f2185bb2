/// What the differences between trials go with: which parameters apply at all, each parameter among the trials in which
/// it applies, and what is left for parameters together.
///
/// Trials are grouped by the parameters that apply to them, such as one group for each of several grids. A parameter is
/// credited with differences within groups alone, and there only with what the other parameters don't explain (the
/// partial sum of squares of an additive model). On a full grid the parts add up; in other designs some of the
/// differences go with several parameters alike, and are credited to none.
///
/// Scores vary by chance, and so do sums of squares: what the prompts' variation adds to each, and in designs other than
/// full grids what the model's own lack of fit does, is taken off. A parameter that does nothing has a share of 0.
public struct VarianceDecomposition: Sendable {
  /// A parameter's values: for each trial, which of its levels; `nil` where it doesn't apply.
  public struct Factor: Sendable {
    /// The parameter.
    public var name: String
    /// A level for each trial.
    public var levels: [Int?]

    /// A parameter with the level of each trial.
    public init(name: String, levels: [Int?]) {
      self.name = name
      self.levels = levels
    }
  }

  /// Two parameters that vary together in the design.
  public struct Overlap: Hashable, Sendable {
    /// Both names.
    public var names: [String]
    /// How much of the one the other tells, 0 to 1.
    public var share: Double
  }

  /// The share of which parameters apply; `nil` where the same ones apply to all trials.
  public let presence: VarianceShare?
  /// The shares of the parameters, in the order of the factors; those that don't vary are left out.
  public let shares: [VarianceShare]
  /// Parameters that the design can't tell apart, or hardly.
  public let overlaps: [Overlap]
  /// Whether trials differ by more than chance explains. Otherwise all shares are 0.
  public let hasDifferences: Bool
  /// What goes with no parameter alone: parameters together, and what differs within a group of values.
  public let rest: Double

  /// An overlap is worth telling from here on.
  private static let overlapLimit = 0.3

  /// Decomposes the differences between trials.
  ///
  /// - Parameters:
  ///   - factors: the parameters.
  ///   - values: for each trial, what each prompt contributes (``PromptStatistics/pseudovalues``); all finite, as many
  ///     for every trial.
  ///   - resampleCount: of the bootstrap over prompts that gives the intervals.
  ///   - seed: decides the resamples.
  /// - Returns: `nil` for fewer than two trials, without prompts, and for undefined values.
  /// - Complexity: O(trials · (levels² + resamples · (prompts + levels))).
  public init?(
    factors: [Factor], values: [[Double]], resampleCount: Int = 400, seed: UInt64
  ) {
    let prompts = values.first?.count ?? 0
    guard values.count > 1, prompts > 0,
      values.allSatisfy({ $0.count == prompts && $0.allSatisfy(\.isFinite) })
    else { return nil }
    let design = TrialDesign(factors: factors, trialCount: values.count)
    let means = values.map { $0.reduce(0, +) / Double(prompts) }
    let parts = design.parts.map { Part($0.basis, values: values, means: means) }
    let total = Part.total(values: values, means: means)
    // What parts that overlap leave unexplained stands in for what they might explain by chance.
    let explained = parts.reduce(0) { $0 + $1.square }
    let freedom = values.count - 1 - parts.reduce(0) { $0 + $1.freedom }
    let lack =
      design.isOrthogonal || freedom <= 0
      ? 0 : max(0, total.square - explained) / Double(freedom)
    func noise(_ part: Part) -> Double { max(part.noise, lack * Double(part.freedom)) }
    // Rounding of equal scores is no difference.
    let scale = means.reduce(0) { max($0, $1.magnitude) }
    let least = 1e-18 * scale * scale * Double(values.count)
    let signal = total.square - total.noise
    hasDifferences = signal > least
    let isClear = hasDifferences

    var resamples: [[Double]] = []
    if prompts > 1, isClear {
      var stream = PhiloxStream(seed: seed, purpose: .bootstrap)
      resamples = (0..<resampleCount).map { _ in
        let drawn = (0..<prompts).map { _ in stream.index(below: prompts) }
        return values.map { row in drawn.reduce(0) { $0 + row[$1] } / Double(prompts) }
      }
    }
    func share(_ index: Int) -> VarianceShare {
      let (part, own) = (design.parts[index], parts[index])
      func ratio(_ square: Double, _ whole: Double) -> Double {
        isClear && whole > least ? min(1, max(0, square) / whole) : 0
      }
      // A resample adds the noise once more.
      let shares = resamples.map { means in
        ratio(
          Part.square(part.basis, means) - own.noise - noise(own),
          Part.total(means) - 2 * total.noise)
      }
      let estimate = ratio(own.square - noise(own), signal)
      var interval = ConfidenceInterval(estimate: estimate, resampled: shares, level: 0.95)
      if interval.lower.isFinite {
        interval.lower = min(interval.lower, estimate)
        interval.upper = max(interval.upper, estimate)
      } else if !isClear, prompts > 1 {
        (interval.lower, interval.upper) = (0, 0)
      }
      return VarianceShare(
        parameter: part.name, share: estimate, interval: interval, levelCount: part.levelCount,
        isConfounded: part.isConfounded || !design.isOrthogonal && freedom <= 0)
    }
    let all = design.parts.indices.map(share)
    presence = design.hasGroups ? all.first : nil
    shares = design.hasGroups ? Array(all.dropFirst()) : all
    rest = isClear ? max(0, 1 - all.reduce(0) { $0 + $1.share }) : 0
    overlaps = design.overlaps(atLeast: Self.overlapLimit)
  }

  /// A sum of squares and what chance adds to it.
  private struct Part {
    var square: Double
    var noise: Double
    var freedom: Int

    /// Of orthonormal directions over the trials.
    init(_ basis: [[Double]], values: [[Double]], means: [Double]) {
      square = Self.square(basis, means)
      freedom = basis.count
      noise = basis.reduce(0) { sum, direction in
        let prompts = values.first?.count ?? 0
        // By prompt: the contrast that the direction is.
        let contrasts = (0..<prompts).map { prompt in
          zip(direction, values).reduce(0) { $0 + $1.0 * $1.1[prompt] }
        }
        return sum + Self.varianceOfMean(contrasts)
      }
    }

    private init(square: Double, noise: Double, freedom: Int) {
      (self.square, self.noise, self.freedom) = (square, noise, freedom)
    }

    static func square(_ basis: [[Double]], _ means: [Double]) -> Double {
      basis.reduce(0) { sum, direction in
        let product = zip(direction, means).reduce(0) { $0 + $1.0 * $1.1 }
        return sum + product * product
      }
    }

    /// About the mean of all trials.
    static func total(_ means: [Double]) -> Double {
      let mean = means.reduce(0, +) / Double(means.count)
      return means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    static func total(values: [[Double]], means: [Double]) -> Part {
      let prompts = values.first?.count ?? 0
      let centres = (0..<prompts).map { prompt in
        values.reduce(0) { $0 + $1[prompt] } / Double(values.count)
      }
      let noise = values.reduce(0) { sum, row in
        sum + varianceOfMean(zip(row, centres).map { $0 - $1 })
      }
      return Part(square: total(means), noise: noise, freedom: values.count - 1)
    }

    private static func varianceOfMean(_ numbers: [Double]) -> Double {
      let count = Double(numbers.count)
      guard count > 1 else { return 0 }
      let mean = numbers.reduce(0, +) / count
      return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count
    }
  }
}
