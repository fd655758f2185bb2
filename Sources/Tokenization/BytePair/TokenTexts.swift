import LanguageModeling

/// The bytes that each token adds to a text, in one flat buffer.
struct TokenTexts: Sendable {
  private var storage: [UInt8] = []
  private var ends: [Int] = []
  private var special: [Bool] = []

  init(minimumCapacity: Int) {
    ends.reserveCapacity(minimumCapacity)
    special.reserveCapacity(minimumCapacity)
    storage.reserveCapacity(minimumCapacity * 6)
  }

  /// - Parameters:
  ///   - inAlphabet: whether the spelling is in GPT-2's alphabet of bytes; where it has a character that isn't, it is
  ///     text as it stands all the same.
  mutating func append(spelling: ArraySlice<UInt8>, inAlphabet: Bool, isSpecial: Bool) {
    if !inAlphabet || !ByteAlphabet.appendBytes(spelledBy: spelling, to: &storage) {
      storage.append(contentsOf: spelling)
    }
    ends.append(storage.count)
    special.append(isSpecial)
  }

  func isSpecial(_ token: TokenID) -> Bool {
    special.indices.contains(Int(token)) && special[Int(token)]
  }

  /// The bytes of a token; none outside the vocabulary.
  func bytes(of token: TokenID) -> ArraySlice<UInt8> {
    guard ends.indices.contains(Int(token)) else { return [] }
    return storage[(token == 0 ? 0 : ends[Int(token) - 1])..<ends[Int(token)]]
  }
}
