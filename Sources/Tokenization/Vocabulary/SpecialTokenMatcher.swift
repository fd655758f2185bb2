internal import HeapModule
import LanguageModeling

/// Finds tokens that are written out in text.
struct SpecialTokenMatcher: Sendable {
  /// No token is longer, which bounds the work for each byte of text.
  static let longestToken = 1024

  /// Which of two tokens that overlap in the text is found.
  enum Priority: Hashable, Sendable {
    /// The leftmost, and of those that begin there the longest, as in Hugging Face's tokenizers.
    case leftmost
    /// The longest of all, and of equally long ones the first by number, as in llama.cpp, which looks for one token
    /// after the other.
    case longest
  }

  private let priority: Priority
  private var trie = ByteTrie()
  private var beginsToken = [Bool](repeating: false, count: 256)

  init(priority: Priority = .leftmost) { self.priority = priority }

  var isEmpty: Bool { trie.isEmpty }

  /// Adds a token, not empty and at most ``longestToken`` bytes. The first of two equal ones counts.
  mutating func insert(_ bytes: some Collection<UInt8>, token: TokenID) {
    guard let first = bytes.first else { return }
    beginsToken[Int(first)] = true
    trie.insert(bytes, value: token)
  }

  /// Where a token stands.
  struct Match: Hashable, Sendable {
    let range: Range<Int>
    let token: TokenID
  }

  /// The tokens in `text[range]` that `isWanted`, from left to right; they don't overlap.
  func matches(
    in text: [UInt8], range: Range<Int>, where isWanted: (TokenID) -> Bool
  ) -> [Match] {
    guard !isEmpty else { return [] }
    switch priority {
    case .leftmost: return leftmostMatches(in: text, range: range)
    case .longest: return longestMatches(in: text, range: range, where: isWanted)
    }
  }

  /// Tokens that aren't wanted cover their place all the same, and whoever asked passes over them: that is what the
  /// reference does.
  private func leftmostMatches(in text: [UInt8], range: Range<Int>) -> [Match] {
    var matches: [Match] = []
    var begin = range.lowerBound
    while begin < range.upperBound {
      var longest: Match?
      forEachToken(in: text, at: begin, to: range.upperBound) { longest = $0 }
      if let longest { matches.append(longest) }
      begin = longest?.range.upperBound ?? begin + 1
    }
    return matches
  }

  /// A token at a place; the one that counts first is the least.
  private struct Candidate: Comparable {
    let match: Match

    static func < (left: Candidate, right: Candidate) -> Bool {
      (right.match.range.count, left.match.token, left.match.range.lowerBound)
        < (left.match.range.count, right.match.token, right.match.range.lowerBound)
    }
  }

  private func longestMatches(
    in text: [UInt8], range: Range<Int>, where isWanted: (TokenID) -> Bool
  ) -> [Match] {
    func longest(at begin: Int, to end: Int) -> Candidate? {
      var found: Match?
      forEachToken(in: text, at: begin, to: end) { if isWanted($0.token) { found = $0 } }
      return found.map(Candidate.init)
    }
    var candidates = Heap(range.compactMap { longest(at: $0, to: range.upperBound) })
    guard !candidates.isEmpty else { return [] }
    // All that is taken is at least as long as what follows, so that an overlap covers one of its ends.
    var isTaken = [Bool](repeating: false, count: range.count)
    var matches: [Match] = []
    while let candidate = candidates.popMin() {
      let found = candidate.match.range
      guard !isTaken[found.lowerBound - range.lowerBound] else { continue }
      if isTaken[found.upperBound - 1 - range.lowerBound] {
        // A shorter token at the same place may fit.
        if let shorter = longest(at: found.lowerBound, to: found.upperBound - 1) {
          candidates.insert(shorter)
        }
        continue
      }
      for index in found { isTaken[index - range.lowerBound] = true }
      matches.append(candidate.match)
    }
    return matches.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Calls `body` with each token that begins at `begin`, shortest first.
  private func forEachToken(in text: [UInt8], at begin: Int, to end: Int, _ body: (Match) -> Void) {
    guard beginsToken[Int(text[begin])] else { return }
    var node = 0
    var index = begin
    while index < end, let next = trie.node(after: node, text[index]) {
      node = next
      index += 1
      if let token = trie.value(at: node) { body(Match(range: begin..<index, token: token)) }
    }
  }
}
