public import LanguageModeling

/// A set of tokens of a vocabulary: a bit for each.
public struct TokenMask: Hashable, Sendable {
  /// The number of ids in the vocabulary.
  public let vocabularyCount: Int
  /// The bits, 64 to a word, the lowest id in the lowest bit.
  public internal(set) var words: [UInt64]  // [(vocabularyCount + 63) / 64]

  /// No token of a vocabulary of so many ids.
  public init(vocabularyCount: Int) {
    self.vocabularyCount = vocabularyCount
    words = Array(repeating: 0, count: (vocabularyCount + 63) / 64)
  }

  /// Whether a token is in the set. An id outside the vocabulary is in none.
  public subscript(token: TokenID) -> Bool {
    get {
      guard token >= 0, token < vocabularyCount else { return false }
      return words[Int(token) >> 6] >> UInt64(token & 63) & 1 == 1
    }
    set {
      guard token >= 0, token < vocabularyCount else { return }
      let bit: UInt64 = 1 << UInt64(token & 63)
      if newValue { words[Int(token) >> 6] |= bit } else { words[Int(token) >> 6] &= ~bit }
    }
  }

  /// How many tokens are in the set.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether no token is in the set.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The tokens, ascending.
  public var tokens: [TokenID] {
    var result: [TokenID] = []
    result.reserveCapacity(count)
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        result.append(TokenID(64 * index + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return result
  }

  /// Adds the tokens of `other`, a set of the same vocabulary.
  public mutating func formUnion(_ other: TokenMask) { combine(with: other) { $0 | $1 } }

  /// Removes the tokens of `other`, a set of the same vocabulary.
  public mutating func subtract(_ other: TokenMask) { combine(with: other) { $0 & ~$1 } }

  @inline(__always)
  private mutating func combine(
    with other: TokenMask, _ operation: (UInt64, UInt64) -> UInt64
  ) {
    other.words.withUnsafeBufferPointer { others in
      words.withUnsafeMutableBufferPointer { words in
        for index in 0..<min(words.count, others.count) {
          words[index] = operation(words[index], others[index])
        }
      }
    }
  }
}
