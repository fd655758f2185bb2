/// ROUGE (Lin 2004), with the numbers of Google Research's `rouge_score` (version 0.1.2), unstemmed.
///
/// Words are the runs of a–z and 0–9 of the text in lower case: of texts in other alphabets next to nothing is left, for
/// which ``ChrF`` is the better choice. Of several references the one with the highest F counts. A corpus is scored by
/// the mean over its texts.
///
///     Rouge.ngrams(1).score(hypothesis: "the cat sat", references: ["the cat sat down"])
///     // precision 1, recall 0.75, f1 0.857
public enum Rouge: Hashable, Sendable {
  /// Matching n-grams (ROUGE-N), n from 1.
  case ngrams(Int)
  /// The longest common subsequence of words (ROUGE-L).
  case longestCommonSubsequence
  /// The union of each reference line's longest common subsequences with the lines of the text (ROUGE-Lsum).
  case summary

  /// How much of the text is in the reference, and of the reference in the text; 0 to 1.
  public struct Score: Hashable, Sendable {
    /// The share of the text that is in the reference.
    public var precision: Double
    /// The share of the reference that is in the text.
    public var recall: Double

    /// Shares that are known.
    public init(precision: Double, recall: Double) {
      self.precision = precision
      self.recall = recall
    }

    init(hits: Int, hypothesis: Int, reference: Int) {
      precision = Double(hits) / Double(max(hypothesis, 1))
      recall = Double(hits) / Double(max(reference, 1))
    }

    /// The harmonic mean of both; 0 where both are.
    public var f1: Double {
      precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
  }

  /// The score against the reference with the highest F, the first of equals; zeros without a reference.
  ///
  /// - Complexity: for *m* words of the text and *n* of the reference, ROUGE-L takes O(*mn*/64) time; ROUGE-Lsum takes
  ///   O(*mn*) time, and memory for its longest pair of lines.
  public func score(hypothesis: String, references: [String]) -> Score {
    var best: Score?
    for reference in references {
      let score = score(hypothesis: hypothesis, reference: reference)
      if score.f1 > best?.f1 ?? -1 { best = score }
    }
    return best ?? Score(precision: 0, recall: 0)
  }

  private func score(hypothesis: String, reference: String) -> Score {
    var trie = NGramTrie()
    func words(_ text: some Collection<Unicode.Scalar>) -> [UInt32] {
      trie.nodes(of: Self.words(of: Array(text)))
    }
    switch self {
    case .ngrams(let order):
      let (hypothesis, reference) = (words(hypothesis.scalars), words(reference.scalars))
      var ngrams = NGramTrie()
      let order = max(1, order)
      let left = ngrams.counts(of: hypothesis, upTo: order)
      let right = ngrams.counts(of: reference, upTo: order)
      return Score(
        hits: left.matches(with: right, order: order), hypothesis: left.totals[order - 1],
        reference: right.totals[order - 1])
    case .longestCommonSubsequence:
      let (hypothesis, reference) = (words(hypothesis.scalars), words(reference.scalars))
      return Score(
        hits: CommonSubsequence.length(reference, hypothesis), hypothesis: hypothesis.count,
        reference: reference.count)
    case .summary:
      let hypothesis = hypothesis.scalars.split(separator: "\n").map(words)
      let reference = reference.scalars.split(separator: "\n").map(words)
      return Self.summaryScore(hypothesis: hypothesis, reference: reference)
    }
  }

  /// The words of a text.
  private static func words(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    text.lowercased.split { scalar in
      !(0x61...0x7A).contains(scalar.value) && !scalar.isASCIIDigit
    }
  }

  private static func summaryScore(hypothesis: [[UInt32]], reference: [[UInt32]]) -> Score {
    // Each word is hit as often as both texts have it at most.
    var remaining = Self.occurrences(hypothesis)
    var needed = Self.occurrences(reference)
    var hits = 0
    for line in reference {
      var isHit = [Bool](repeating: false, count: line.count)
      for other in hypothesis {
        for index in CommonSubsequence.indices(line, other) { isHit[index] = true }
      }
      for (word, isHit) in zip(line, isHit) where isHit {
        guard let left = remaining[word], left > 0, let right = needed[word], right > 0 else {
          continue
        }
        hits += 1
        remaining[word] = left - 1
        needed[word] = right - 1
      }
    }
    return Score(
      hits: hits, hypothesis: hypothesis.reduce(0) { $0 + $1.count },
      reference: reference.reduce(0) { $0 + $1.count })
  }

  private static func occurrences(_ lines: [[UInt32]]) -> [UInt32: Int] {
    lines.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
