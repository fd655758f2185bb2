public import LanguageModeling

/// Whether a text ends by saying the same over and over: the degeneration that searches for probable texts are known for
/// (Holtzman et al. 2020, section 5).
///
///     EndRepetition.phrase(of: [5, 1, 2, 3, 1, 2, 3])?.length  // 3
public enum EndRepetition {
  /// What a text ends in.
  public struct Phrase: Hashable, Sendable {
    /// The tokens of the phrase.
    public var length: Int
    /// How often it stands there, one after the other.
    public var count: Int
  }

  /// The longest phrase that is looked for, in tokens.
  public static let lengthLimit = 90
  /// A phrase shorter than 3 tokens has to stand there more often than this.
  public static let shortPhraseCount = 50

  /// The phrase that the text ends in at least twice: of the phrases of 1 to 90 tokens the one that is repeated most
  /// often, of several the shortest. Phrases of one or two tokens count from 51 times, since dots and dashes may stand in
  /// a row, however long a piece of the row is taken. `nil` where the text ends in none.
  ///
  /// - Complexity: O(tokens · 90) at worst.
  public static func phrase(of tokens: [TokenID]) -> Phrase? {
    var best: Phrase?
    /// The tokens at the end that have a phrase of one or two tokens for a period.
    var rowLength = 0
    for length in stride(from: 1, through: min(lengthLimit, tokens.count / 2), by: 1) {
      var equal = 0
      while equal + length < tokens.count,
        tokens[tokens.count - 1 - equal] == tokens[tokens.count - 1 - equal - length]
      {
        equal += 1
      }
      if length < 3 { rowLength = max(rowLength, equal + length) }
      let count = 1 + equal / length
      guard count > 1, count > best?.count ?? 1,
        length < 3 ? count > shortPhraseCount : count * length > rowLength
      else { continue }
      best = Phrase(length: length, count: count)
    }
    return best
  }
}
