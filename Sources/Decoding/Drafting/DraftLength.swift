/// How many tokens to draft for a hypothesis: more while drafts are right, fewer while they are wrong.
///
/// A drafted token that is wrong costs the model a row. The length doubles while whole drafts are accepted and falls to
/// one more than was accepted when one isn't; drafts that are wrong at their first token are followed by a rest that
/// doubles, so that a text that can't be foreseen costs next to nothing. Texts don't depend on it.
struct DraftLength {
  private let limit: Int
  private var length: Int
  /// Drafts in a row of which nothing was right.
  private var misses = 0
  /// Steps to go without a draft.
  private var rest = 0

  /// The length of a first draft.
  private static let initial = 4
  /// The doublings of the rest end at 2 to this power, less one.
  private static let maximumDoublings = 4

  /// Lengths of at most `limit`.
  init(limit: Int) {
    self.limit = limit
    length = min(limit, Self.initial)
  }

  /// The maximum number of tokens to draft now.
  mutating func next() -> Int {
    guard rest == 0 else {
      rest -= 1
      return 0
    }
    return length
  }

  /// Takes note of what became of a draft.
  mutating func note(drafted: Int, accepted: Int) {
    guard drafted > 0 else { return }
    if accepted == drafted {
      length = min(limit, max(length, 2 * drafted))
    } else {
      length = min(limit, accepted + 1)
    }
    misses = accepted == 0 ? min(misses + 1, Self.maximumDoublings) : 0
    // The first miss has no rest.
    rest = misses > 1 ? 1 << (misses - 1) - 1 : 0
  }
}
