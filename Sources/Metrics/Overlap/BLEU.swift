/// BLEU (Papineni et al. 2002), with the numbers of sacrebleu (Post 2018, version 2.6).
///
/// BLEU = 100 · bp · exp(¹⁄ₙ Σ ln *pₖ*) over the n-gram precisions *pₖ*, k from 1 to ``maximumOrder``. An n-gram counts
/// as matched as often as the reference that has most of it has it. bp = exp(1 − r/c) where the hypotheses' length c is
/// below the references' r, else 1; of several references the one closest in length counts, the shorter of two.
/// A corpus is scored by adding up statistics, not by averaging scores. Without a single match BLEU is 0.
///
///     BLEU.sentence.score(
///       hypothesis: "the cat is on the mat", references: ["the cat sat on the mat"])  // 37.99
public struct BLEU: Hashable, Sendable {
  /// What takes the place of a precision of 0, which would make the whole 0 (Chen and Cherry 2014).
  public enum Smoothing: Hashable, Sendable {
    /// Nothing.
    case none
    /// This many matches.
    case floor(Double)
    /// This many n-grams more, matched and in all, from bigrams up.
    case addK(Double)
    /// Half a match, then a quarter, and so on with each further order without one (NIST's).
    case exponential
  }

  /// How words are split.
  public var tokenization: BLEUTokenization
  /// What is done about orders without a match.
  public var smoothing: Smoothing
  /// The longest n-grams, at least 1.
  public var maximumOrder: Int
  /// Whether orders for which the hypotheses are too short are left out of the mean. For single sentences.
  public var usesEffectiveOrder: Bool
  /// Whether case is ignored.
  public var ignoresCase: Bool

  /// sacrebleu's defaults, for corpora. A `maximumOrder` below 1 is taken for 1.
  public init(
    tokenization: BLEUTokenization = .thirteenA, smoothing: Smoothing = .exponential,
    maximumOrder: Int = 4, usesEffectiveOrder: Bool = false, ignoresCase: Bool = false
  ) {
    self.tokenization = tokenization
    self.smoothing = smoothing
    self.maximumOrder = max(1, maximumOrder)
    self.usesEffectiveOrder = usesEffectiveOrder
    self.ignoresCase = ignoresCase
  }

  /// sacrebleu's `sentence_bleu`: effective order, exponential smoothing.
  public static let sentence = BLEU(usesEffectiveOrder: true)

  /// What sacrebleu prints beside a score, so that others know which BLEU it is; without its version.
  public func signature(referenceCount: Int) -> String {
    let smoothing =
      switch smoothing {
      case .none: "none"
      case .floor(let value): "floor[\(value)]"
      case .addK(let value): "add-k[\(value)]"
      case .exponential: "exp"
      }
    return "nrefs:\(referenceCount)|case:\(ignoresCase ? "lc" : "mixed")"
      + "|eff:\(usesEffectiveOrder ? "yes" : "no")|tok:\(tokenization.rawValue)|smooth:\(smoothing)"
  }

  // MARK: - Statistics

  /// The counts of a segment or a corpus.
  public struct Statistics: AdditiveStatistics {
    /// The number of words of the hypotheses.
    public var hypothesisLength: Int
    /// The number of words of the references, each the closest in length.
    public var referenceLength: Int
    /// For each order from 1, the n-grams of the hypotheses that the references have.
    public var matches: [Int]
    /// For each order from 1, the n-grams of the hypotheses.
    public var totals: [Int]

    /// The counts of nothing.
    public init() { self.init(hypothesisLength: 0, referenceLength: 0, matches: [], totals: []) }

    /// Counts that are known. Where `matches` and `totals` differ in length, zeros fill the shorter.
    public init(hypothesisLength: Int, referenceLength: Int, matches: [Int], totals: [Int]) {
      self.hypothesisLength = hypothesisLength
      self.referenceLength = referenceLength
      self.matches = matches
      self.totals = totals
    }

    /// Adds each count.
    public static func += (left: inout Statistics, right: Statistics) {
      left.hypothesisLength += right.hypothesisLength
      left.referenceLength += right.referenceLength
      left.matches.add(right.matches)
      left.totals.add(right.totals)
    }
  }

  /// The statistics of one hypothesis. Without references nothing matches and no length is asked for.
  ///
  /// - Complexity: O(*nL* log *L*) in the length of the texts.
  public func statistics(hypothesis: String, references: [String]) -> Statistics {
    var words = NGramTrie()
    func symbols(_ text: String) -> [UInt32] {
      words.nodes(of: tokenization.words(of: ignoresCase ? text.scalars.lowercased : text.scalars))
    }
    return statistics(hypothesis: symbols(hypothesis), references: references.map(symbols))
  }

  /// The statistics of one hypothesis in tokens of any kind, such as a model's: equal tokens, equal numbers.
  func statistics(hypothesis: [UInt32], references: [[UInt32]]) -> Statistics {
    var ngrams = NGramTrie()
    let counts = ngrams.counts(of: hypothesis, upTo: maximumOrder)
    var best: NGramCounts?
    for reference in references {
      let other = ngrams.counts(of: reference, upTo: maximumOrder)
      if best == nil { best = other } else { best?.formMaximum(with: other) }
    }
    let closest = references.map(\.count).min {
      (abs($0 - hypothesis.count), $0) < (abs($1 - hypothesis.count), $1)
    }
    return Statistics(
      hypothesisLength: hypothesis.count, referenceLength: closest ?? 0,
      matches: (1...maximumOrder).map { order in
        best.map { counts.matches(with: $0, order: order) } ?? 0
      },
      totals: counts.totals)
  }

  // MARK: - Scores

  /// The score of summed statistics, 0 to 100.
  public func score(_ statistics: Statistics) -> Double {
    guard statistics.matches.contains(where: { $0 > 0 }) else { return 0 }
    var precisions: [Double] = []
    var halving = 1.0
    for order in 1...maximumOrder {
      var matches = Double(statistics.matches.element(order - 1))
      var total = Double(statistics.totals.element(order - 1))
      if case .addK(let k) = smoothing, order > 1 {
        matches += k
        total += k
      }
      guard total > 0 else { break }
      if matches == 0 {
        switch smoothing {
        case .exponential:
          halving *= 2
          matches = 1 / halving
        case .floor(let value): matches = value
        case .none, .addK: break
        }
      }
      precisions.append(100 * matches / total)
    }
    guard usesEffectiveOrder || precisions.count == maximumOrder, precisions.allSatisfy({ $0 > 0 })
    else { return 0 }
    let meanLogarithm = precisions.reduce(0) { $0 + Elementary.log($1) } / Double(precisions.count)
    return brevityPenalty(statistics) * Elementary.exp(meanLogarithm)
  }

  /// The score of one hypothesis; ``sentence`` has the parameters for that.
  public func score(hypothesis: String, references: [String]) -> Double {
    score(statistics(hypothesis: hypothesis, references: references))
  }

  private func brevityPenalty(_ statistics: Statistics) -> Double {
    guard statistics.hypothesisLength < statistics.referenceLength else { return 1 }
    return Self.brevityPenalty(
      length: statistics.hypothesisLength, referenceLength: statistics.referenceLength)
  }

  /// exp(1 − r/c) for c up to r; 0 for c = 0.
  static func brevityPenalty(length: Int, referenceLength: Int) -> Double {
    length > 0 ? Elementary.exp(1 - Double(referenceLength) / Double(length)) : 0
  }
}

extension [Int] {
  /// The element, or 0 beyond the end.
  fileprivate func element(_ index: Int) -> Int { index < count ? self[index] : 0 }

  /// Adds element by element, as if the shorter one ended in zeros.
  fileprivate mutating func add(_ other: [Int]) {
    if other.count > count { append(contentsOf: repeatElement(0, count: other.count - count)) }
    for (index, value) in other.enumerated() { self[index] += value }
  }
}
