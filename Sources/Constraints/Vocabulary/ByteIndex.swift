import LanguageModeling

/// Which tokens of a tree hold which bytes: finds those that are made of some bytes alone without a walk.
struct ByteIndex: Sendable {
  /// Some tokens, in whichever way is smaller.
  private enum Tokens: Sendable {
    case few([TokenID])
    case many(TokenMask)
  }

  private let vocabularyCount: Int
  private let all: TokenMask
  /// The tokens that begin with a byte, and those that hold it after their first.
  private let leading: [Tokens]  // [byte]
  private let trailing: [Tokens]  // [byte]
  /// The same by 16 bytes, of which mostly all or none are asked for.
  private let leadingGroups: [Tokens]  // [byte / 16]
  private let trailingGroups: [Tokens]  // [byte / 16]
  /// The tokens with more bytes than that.
  private let longer: [Tokens]  // [length]

  init(_ trie: TokenTrie, texts: [[UInt8]]) {
    vocabularyCount = texts.count
    var all = TokenMask(vocabularyCount: texts.count)
    var leading = [[TokenID]](repeating: [], count: 256)
    var trailing = leading
    var longer = [[TokenID]](repeating: [], count: trie.greatestDepth + 1)
    for token in trie.tokens {
      let text = texts[Int(token)]
      all[token] = true
      leading[Int(text[0])].append(token)
      ByteSet(text.dropFirst()).forEach { trailing[Int($0)].append(token) }
      for length in 0..<text.count { longer[length].append(token) }
    }
    let count = texts.count
    func stored(_ tokens: [TokenID]) -> Tokens {
      // Going through a list costs a step a token, a mask a step for 64.
      guard tokens.count > count / 64 else { return .few(tokens) }
      var mask = TokenMask(vocabularyCount: count)
      for token in tokens { mask[token] = true }
      return .many(mask)
    }
    func grouped(_ lists: [[TokenID]]) -> [Tokens] {
      (0..<16).map { group in
        stored(Array(Set(lists[(16 * group)..<(16 * group + 16)].joined())).sorted())
      }
    }
    self.all = all
    self.leading = leading.map(stored)
    self.trailing = trailing.map(stored)
    leadingGroups = grouped(leading)
    trailingGroups = grouped(trailing)
    self.longer = longer.map(stored)
  }

  /// The tokens of at most `length` bytes whose first byte is of one set and all others of another.
  func tokens(first: ByteSet, others: ByteSet, length: Int) -> TokenMask {
    var result = all
    Self.removeOutside(first, leading, leadingGroups, from: &result)
    Self.removeOutside(others, trailing, trailingGroups, from: &result)
    if length < longer.count { Self.remove(longer[length], from: &result) }
    return result
  }

  private static func removeOutside(
    _ set: ByteSet, _ bytes: [Tokens], _ groups: [Tokens], from mask: inout TokenMask
  ) {
    for group in 0..<16 {
      let members = ByteSet(UInt8(16 * group)...UInt8(16 * group + 15))
      let outside = members.subtracting(set)
      if outside == members {
        remove(groups[group], from: &mask)
      } else {
        for byte in outside.bytes { remove(bytes[Int(byte)], from: &mask) }
      }
    }
  }

  private static func remove(_ tokens: Tokens, from mask: inout TokenMask) {
    switch tokens {
    case .few(let list): for token in list { mask[token] = false }
    case .many(let other): mask.subtract(other)
    }
  }
}
