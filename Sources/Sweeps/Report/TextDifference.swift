/// Which words of a text differ from another's: what the longest common subsequence of words leaves over.
struct TextDifference {
  /// A stretch of text that both have, or one alone.
  struct Part: Hashable {
    var text: String
    var isChanged: Bool
  }

  /// The text that is compared with, in parts.
  let left: [Part]
  /// The text, in parts.
  let right: [Part]

  /// Beyond that many pairs of words, what stands between the common beginning and end is one change.
  private static let pairLimit = 250_000

  /// Compares two texts word by word, with the white space before each word.
  ///
  /// - Complexity: O(*nm*) for *n* and *m* words between the common beginning and end.
  init(_ left: String, _ right: String) {
    let (first, second) = (Self.words(left), Self.words(right))
    let start = zip(first, second).prefix { $0 == $1 }.count
    let end = zip(first.dropFirst(start).reversed(), second.dropFirst(start).reversed())
      .prefix { $0 == $1 }.count
    let middle = (first[start..<first.count - end], second[start..<second.count - end])
    let (own, other) = Self.common(Array(middle.0), Array(middle.1))
    func parts(_ words: [Substring], _ kept: [Bool]) -> [Part] {
      let isKept =
        Array(repeating: true, count: start) + kept + Array(repeating: true, count: end)
      return zip(words, isKept).reduce(into: []) { parts, pair in
        if let last = parts.last, last.isChanged == !pair.1 {
          parts[parts.count - 1].text += pair.0
        } else {
          parts.append(Part(text: String(pair.0), isChanged: !pair.1))
        }
      }
    }
    self.left = parts(first, own)
    self.right = parts(second, other)
  }

  /// Words, each with the white space before it; white space at the end is a word of its own.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      let space = rest.prefix(while: \.isWhitespace)
      let word = rest.dropFirst(space.count).prefix { !$0.isWhitespace }
      words.append(rest[..<word.endIndex])
      rest = rest[word.endIndex...]
    }
    return words
  }

  /// Which words of either belong to a longest common subsequence.
  private static func common(_ left: [Substring], _ right: [Substring]) -> ([Bool], [Bool]) {
    var own = Array(repeating: false, count: left.count)
    var other = Array(repeating: false, count: right.count)
    guard !left.isEmpty, !right.isEmpty, left.count * right.count <= pairLimit else {
      return (own, other)
    }
    let width = right.count + 1
    // [words of left + 1, words of right + 1]: the longest from there to the ends.
    var lengths = Array(repeating: Int32(0), count: (left.count + 1) * width)
    for i in stride(from: left.count - 1, through: 0, by: -1) {
      for j in stride(from: right.count - 1, through: 0, by: -1) {
        lengths[i * width + j] =
          left[i] == right[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
      }
    }
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      if left[i] == right[j] {
        (own[i], other[j]) = (true, true)
        i += 1
        j += 1
      } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return (own, other)
  }
}
