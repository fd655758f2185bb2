/// The F1 of the words that a text shares with a reference, as the evaluation of SQuAD 2.0 has it (Rajpurkar et al.
/// 2018).
///
/// Texts are put in lower case, ASCII punctuation and the articles a, an, the are taken out, and what stands between
/// white space is a word. With *s* words in common, counted with repetition, precision is *s* / words of the text,
/// recall *s* / words of the reference, F1 their harmonic mean. A text without words scores 1 with a reference without
/// words, else 0. Of several references the best counts.
///
///     TokenF1().score(hypothesis: "The cat sat.", references: ["a cat sat down"])  // 0.8
public struct TokenF1: Hashable, Sendable {
  /// The metric.
  public init() {}

  /// The highest F1 with any reference, 0 to 1; 0 without references.
  public func score(hypothesis: String, references: [String]) -> Double {
    let profiles = profiles(of: [hypothesis] + references)
    return profiles.dropFirst().map { utility(of: profiles[0], reference: $0) }.max() ?? 0
  }

  /// The words of `text`.
  static func words(of text: String) -> [ArraySlice<Unicode.Scalar>] {
    let text = text.scalars.lowercased.filter { !$0.isASCIIPunctuation }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    // Articles are whole runs of letters and digits, whatever surrounds them.
    var rest = text[...]
    while let first = rest.first {
      guard first.isWordPart else {
        result.append(rest.removeFirst())
        continue
      }
      let run = rest.prefix(while: \.isWordPart)
      if isArticle(run) { result.append(" ") } else { result.append(contentsOf: run) }
      rest = rest[run.endIndex...]
    }
    return result.words
  }

  private static func isArticle(_ run: ArraySlice<Unicode.Scalar>) -> Bool {
    ["a", "an", "the"].contains { run.elementsEqual($0.unicodeScalars) }
  }
}

extension TokenF1: Utility {
  /// A text's words and how often each occurs.
  public struct Profile: Hashable, Sendable {
    fileprivate var counts: NGramCounts
    fileprivate var wordCount: Int { counts.totals[0] }
  }

  /// The words of each text.
  public func profiles(of texts: [String]) -> [Profile] {
    var words = NGramTrie()
    var bags = NGramTrie()
    return texts.map { text in
      Profile(counts: bags.counts(of: words.nodes(of: Self.words(of: text)), upTo: 1))
    }
  }

  /// The F1 of both, which is symmetric.
  public func utility(of hypothesis: Profile, reference: Profile) -> Double {
    if hypothesis.wordCount == 0 || reference.wordCount == 0 {
      return hypothesis.wordCount == reference.wordCount ? 1 : 0
    }
    let shared = hypothesis.counts.matches(with: reference.counts, order: 1)
    return 2 * Double(shared) / Double(hypothesis.wordCount + reference.wordCount)
  }
}
