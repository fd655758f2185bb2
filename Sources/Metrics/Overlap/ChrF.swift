/// chrF (Popović 2015) and chrF++ (Popović 2017), with the numbers of sacrebleu (version 2.6).
///
/// Precision and recall of character n-grams, and for chrF++ of word n-grams too, are averaged over the orders for
/// which both texts are long enough; chrF = 100 · (1 + β²) · P · R / (β² · P + R). Characters are Unicode scalars,
/// white space is left out. Of several references the one with the highest score counts. A corpus is scored by adding up
/// statistics. Needs no tokenizer, and so suits every language.
///
///     ChrF().score(hypothesis: "cat", references: ["cats"])  // 68.86
public struct ChrF: Hashable, Sendable {
  /// The longest character n-grams.
  public var characterOrder: Int
  /// The longest word n-grams: 0 for chrF, 2 for chrF++.
  public var wordOrder: Int
  /// How many times as much recall weighs as precision.
  public var beta: Double
  /// Whether case is ignored.
  public var ignoresCase: Bool
  /// Whether white space is part of the character n-grams.
  public var countsWhitespace: Bool
  /// Whether the score is the mean of the orders' own F-scores, with 10⁻¹⁶ where there is none, as in `chrF++.py`,
  /// Moses and NLTK.
  public var averagesFScores: Bool

  /// sacrebleu's defaults. Orders below 0 are taken for 0.
  public init(
    characterOrder: Int = 6, wordOrder: Int = 0, beta: Double = 2, ignoresCase: Bool = false,
    countsWhitespace: Bool = false, averagesFScores: Bool = false
  ) {
    self.characterOrder = max(0, characterOrder)
    self.wordOrder = max(0, wordOrder)
    self.beta = beta
    self.ignoresCase = ignoresCase
    self.countsWhitespace = countsWhitespace
    self.averagesFScores = averagesFScores
  }

  /// chrF++: words and pairs of words too.
  public static let plusPlus = ChrF(wordOrder: 2)

  // MARK: - Statistics

  /// The counts of a segment or a corpus: for each order, characters first, then words.
  public struct Statistics: AdditiveStatistics {
    /// The n-grams of one order.
    public struct Order: Hashable, Sendable {
      /// Those of the hypotheses; 0 where the reference has none.
      public var hypothesis: Int
      /// Those of the references.
      public var reference: Int
      /// Those of both.
      public var matches: Int

      /// Counts that are known.
      public init(hypothesis: Int, reference: Int, matches: Int) {
        self.hypothesis = hypothesis
        self.reference = reference
        self.matches = matches
      }
    }

    /// The orders.
    public var orders: [Order]

    /// The counts of nothing.
    public init() { orders = [] }

    /// Counts that are known.
    public init(orders: [Order]) { self.orders = orders }

    /// Adds each count.
    public static func += (left: inout Statistics, right: Statistics) {
      for (index, order) in right.orders.enumerated() {
        if index < left.orders.count {
          left.orders[index].hypothesis += order.hypothesis
          left.orders[index].reference += order.reference
          left.orders[index].matches += order.matches
        } else {
          left.orders.append(order)
        }
      }
    }
  }

  /// The statistics of one hypothesis against the reference that it scores highest with, the first of equals.
  ///
  /// - Complexity: O(*nL* log *L*) in the length of the texts.
  public func statistics(hypothesis: String, references: [String]) -> Statistics {
    let profiles = profiles(of: [hypothesis] + references)
    var best: (score: Double, statistics: Statistics)?
    for reference in profiles.dropFirst() {
      let statistics = statistics(hypothesis: profiles[0], reference: reference)
      let score = score(statistics)
      if score > best?.score ?? -1 { best = (score, statistics) }
    }
    return best?.statistics ?? Statistics()
  }

  // MARK: - Scores

  /// The score of summed statistics, 0 to 100.
  public func score(_ statistics: Statistics) -> Double {
    let none = 1e-16
    let factor = beta * beta
    var (precisions, recalls, scores, effectiveOrder) = (0.0, 0.0, 0.0, 0)
    for order in statistics.orders {
      let isDefined = order.hypothesis > 0 && order.reference > 0
      let matches = Double(order.matches)
      let precision = order.hypothesis > 0 ? matches / Double(order.hypothesis) : none
      let recall = order.reference > 0 ? matches / Double(order.reference) : none
      let denominator = factor * precision + recall
      scores += denominator > 0 ? (1 + factor) * precision * recall / denominator : none
      if isDefined {
        precisions += precision
        recalls += recall
        effectiveOrder += 1
      }
    }
    if averagesFScores {
      return statistics.orders.isEmpty ? 0 : 100 * scores / Double(characterOrder + wordOrder)
    }
    guard effectiveOrder > 0 else { return 0 }
    let precision = precisions / Double(effectiveOrder)
    let recall = recalls / Double(effectiveOrder)
    let denominator = factor * precision + recall
    return denominator > 0 ? 100 * (1 + factor) * precision * recall / denominator : 0
  }

  /// The score of one hypothesis.
  public func score(hypothesis: String, references: [String]) -> Double {
    score(statistics(hypothesis: hypothesis, references: references))
  }
}

extension ChrF: Utility {
  /// A text's n-grams.
  public struct Profile: Hashable, Sendable {
    fileprivate var characters: NGramCounts
    fileprivate var words: NGramCounts
    fileprivate var isEmpty: Bool { (characters.totals + words.totals).allSatisfy { $0 == 0 } }
  }

  /// The n-grams of each text.
  public func profiles(of texts: [String]) -> [Profile] {
    var characters = NGramTrie()
    var words = NGramTrie()
    var phrases = NGramTrie()
    return texts.map { text in
      let text = ignoresCase ? text.scalars.lowercased : text.scalars
      let symbols = text.lazy.filter { countsWhitespace || !$0.separatesWords }.map(\.value)
      return Profile(
        characters: characters.counts(of: Array(symbols), upTo: characterOrder),
        words: wordOrder > 0
          ? phrases.counts(of: words.nodes(of: Self.words(of: text)), upTo: wordOrder)
          : NGramCounts())
    }
  }

  /// The score of one text with another for its reference, 0 to 100. Two texts without any n-grams agree: 100, where
  /// ``score(_:)``, as sacrebleu, has 0.
  public func utility(of hypothesis: Profile, reference: Profile) -> Double {
    if hypothesis.isEmpty && reference.isEmpty { return 100 }
    return score(statistics(hypothesis: hypothesis, reference: reference))
  }

  private func statistics(hypothesis: Profile, reference: Profile) -> Statistics {
    func orders(_ hypothesis: NGramCounts, _ reference: NGramCounts) -> [Statistics.Order] {
      hypothesis.orders.indices.map { index in
        Statistics.Order(
          // Without n-grams in the reference there is nothing to hit or miss.
          hypothesis: reference.totals[index] > 0 ? hypothesis.totals[index] : 0,
          reference: reference.totals[index],
          matches: hypothesis.matches(with: reference, order: index + 1))
      }
    }
    return Statistics(
      orders: orders(hypothesis.characters, reference.characters)
        + orders(hypothesis.words, reference.words))
  }

  /// The words of a text, with a mark of ASCII at a word's end, or else at its beginning, for a word of its own.
  private static func words(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    text.words.flatMap { word -> [ArraySlice<Unicode.Scalar>] in
      guard word.count > 1, let first = word.first, let last = word.last else { return [word] }
      if last.isASCIIPunctuation { return [word.dropLast(), word.suffix(1)] }
      return first.isASCIIPunctuation ? [word.prefix(1), word.dropFirst()] : [word]
    }
  }
}
