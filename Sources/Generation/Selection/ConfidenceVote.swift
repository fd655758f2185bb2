public import Decoding
import LanguageModeling
import Metrics

/// How much the vote of a sample counts under ``SelfConsistency``: by how sure the model was while it wrote it.
///
///     var vote = ConfidenceVote(.selfCertainty)
///     vote.bordaPower = 0.5
///     vote.weights(of: [0.9, 2.1, 1.4])  // [1, 1.732, 1.414]: the square roots of 1, 3 and 2
public struct ConfidenceVote: Hashable, Sendable {
  /// The confidence of a sample, of those of its tokens.
  public enum Measure: String, Hashable, Sendable, CaseIterable {
    /// The mean over all tokens of `TokenConfidence.vocabulary`: self-certainty.
    case selfCertainty = "self-certainty"
    /// DeepConf's average: the mean over all tokens of `TokenConfidence.mostProbable(_:)` of 20.
    case mean
    /// The same over the last tokens alone, as many as the window holds.
    case tail
    /// The mean over the tenth of all windows that has the lowest means, rounded down to whole windows, at least one. A
    /// window begins at each token that leaves room for it; a text that is shorter is one window.
    case bottomGroup = "bottom-group"
    /// The lowest mean of a window.
    case lowestGroup = "lowest-group"

    /// Which confidence of a token it is made of.
    public var token: TokenConfidence {
      self == .selfCertainty ? .vocabulary : .mostProbable(20)
    }

    /// Whether it looks at windows.
    public var hasWindow: Bool {
      switch self {
      case .selfCertainty, .mean: false
      case .tail, .bottomGroup, .lowestGroup: true
      }
    }
  }

  /// What the confidence of a sample is.
  public var measure: Measure
  /// The tokens of a window, for ``Measure/tail``, ``Measure/bottomGroup`` and ``Measure/lowestGroup``; at least 1.
  public var window: Int
  /// The share of the samples that vote, the surest first: those whose confidence is at least the percentile of
  /// 100 · (1 − share) over all that have an answer, linearly interpolated. Above 0; 1 for all.
  public var keptShare: Double
  /// The power *p* of Borda's votes: of *n* samples that vote, the one of rank *r* counts (*n* − *r* + 1)^*p*, where the
  /// surest has rank 1 and the first of equally sure ones the lower rank. 0: a sample counts its confidence itself.
  public var bordaPower: Double

  /// Votes that count by a measure; by default each its confidence, with DeepConf's window.
  public init(
    _ measure: Measure, window: Int = 2048, keptShare: Double = 1, bordaPower: Double = 0
  ) {
    self.measure = measure
    self.window = window
    self.keptShare = keptShare
    self.bordaPower = bordaPower
  }

  /// The confidence of a sample; 0 for one without tokens.
  ///
  /// - Parameter tokens: the confidence at each of its tokens.
  /// - Complexity: O(tokens), and for the groups a sort of the windows.
  public func confidence(of tokens: [Double]) -> Double {
    switch measure {
    case .selfCertainty, .mean: return Self.mean(tokens[...])
    case .tail: return Self.mean(tokens.suffix(window))
    case .bottomGroup:
      let means = windowMeans(of: tokens).sorted()
      return Self.mean(means.prefix(max(1, means.count / 10)))
    case .lowestGroup: return windowMeans(of: tokens).min() ?? 0
    }
  }

  private func windowMeans(of tokens: [Double]) -> [Double] {
    guard tokens.count > window else { return [Self.mean(tokens[...])] }
    var sum = tokens.prefix(window).reduce(0, +)
    var means = [sum / Double(window)]
    for (leaving, entering) in zip(tokens, tokens.dropFirst(window)) {
      sum += entering - leaving
      means.append(sum / Double(window))
    }
    return means
  }

  private static func mean(_ numbers: ArraySlice<Double>) -> Double {
    numbers.isEmpty ? 0 : numbers.reduce(0, +) / Double(numbers.count)
  }

  /// How much each sample counts, of those that have an answer; 0 for one that doesn't vote.
  ///
  /// - Parameter confidences: the confidence of each.
  /// - Complexity: O(*n* log *n*).
  public func weights(of confidences: [Double]) -> [Double] {
    let threshold =
      keptShare < 1 && !confidences.isEmpty
      ? Quantile.interpolated(confidences.sorted(), 1 - keptShare) : -.infinity
    let voting = confidences.indices.filter { confidences[$0] >= threshold }
    var weights = Array(repeating: 0.0, count: confidences.count)
    guard bordaPower > 0 else {
      for index in voting { weights[index] = confidences[index] }
      return weights
    }
    let ranked = voting.sorted { (confidences[$0], $1) > (confidences[$1], $0) }
    for (place, index) in ranked.enumerated() {
      let points = Double(ranked.count - place)
      weights[index] = PortableExponential.exp(bordaPower * PortableLogarithm.log(points))
    }
    return weights
  }
}
