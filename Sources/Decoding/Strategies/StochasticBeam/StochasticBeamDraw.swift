import Foundation

/// How a sequence came to be in a sample without replacement: what an estimate over the sample needs.
///
/// Each sequence *y* has a perturbed log-probability *G* of its own, its log-probability and a standard Gumbel number;
/// a sample of *k* is the *k* sequences with the greatest. Given the (*k* + 1)-th greatest, the threshold *κ*, a sequence
/// is in the sample with probability *q*(*y*) = P(*G* > *κ*) = 1 − exp(−exp(ln *p*(*y*) − *κ*)), and
///
/// Σ *p*(*y*) / *q*(*y*) · *f*(*y*)   over the sample
///
/// estimates the expectation of *f* without bias. The sum of the weights *p* / *q* is 1 in the mean only; divided by it
/// (``normalizedWeights(_:)``), the estimate has a small bias, and for small samples much less variance.
///
/// Source: Kool, van Hoof and Welling, “Stochastic beams and where to find them”, ICML 2019 (arXiv 1903.06059), after
/// Vieira, “Estimating means in a finite universe”, 2017, and the priority sampling of Duffield, Lund and Thorup 2007.
///
///     // two of three sequences, with the probabilities 0.5 and 0.3
///     let sample = [
///       StochasticBeamDraw(logProbability: log(0.5), perturbedLogProbability: 1, threshold: -1),
///       StochasticBeamDraw(logProbability: log(0.3), perturbedLogProbability: 0, threshold: -1),
///     ]
///     sample[0].inclusionProbability  // 0.743
///     StochasticBeamDraw.normalizedWeights(sample)  // 0.556, 0.444
public struct StochasticBeamDraw: Hashable, Sendable {
  /// The log-probability of the sequence under the distribution that it was drawn from: the model's, with the request's
  /// penalties, masks and filters.
  public var logProbability: Double
  /// The perturbed log-probability, by which sequences are ranked.
  public var perturbedLogProbability: Double
  /// The greatest perturbed log-probability of all sequences that aren't in the sample; −∞ where all are.
  public var threshold: Double

  /// A sequence's place in a sample.
  public init(logProbability: Double, perturbedLogProbability: Double, threshold: Double) {
    self.logProbability = logProbability
    self.perturbedLogProbability = perturbedLogProbability
    self.threshold = threshold
  }

  /// The probability *q* of the sequence to be in the sample, given the threshold.
  public var inclusionProbability: Double {
    -expm1(-exp(logProbability - threshold))
  }

  /// The natural logarithm of the importance weight *p* / *q*: finite for however long a sequence.
  public var logWeight: Double {
    let distance = logProbability - threshold
    // For small x = exp(distance), −ln(1 − exp(−x)) is −ln x + x/2.
    return distance < -18
      ? threshold + exp(distance) / 2 : logProbability - log(inclusionProbability)
  }

  /// The importance weight *p* / *q*; 0 where it is too small for a number.
  public var weight: Double { exp(logWeight) }

  /// The importance weights of a sample, divided by their sum; for no sequences, none.
  public static func normalizedWeights(_ sample: [StochasticBeamDraw]) -> [Double] {
    let logWeights = sample.map(\.logWeight)
    guard let greatest = logWeights.max() else { return [] }
    let weights = logWeights.map { exp($0 - greatest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
