import LanguageModeling
import Tokenization

/// The text after which a constraint begins, and how far a hypothesis is into it: the automaton of Knuth, Morris and Pratt
/// (1977).
struct ConstraintMarker: Sendable {
  let bytes: [UInt8]
  /// The longest proper beginning of the marker that each of its beginnings ends with.
  private let borders: [Int]  // [bytes + 1]

  init(_ text: String) {
    bytes = Array(text.utf8)
    var borders = [Int](repeating: 0, count: bytes.count + 1)
    var length = 0
    for index in 1..<max(1, bytes.count) {
      while length > 0, bytes[index] != bytes[length] { length = borders[length] }
      if bytes[index] == bytes[length] { length += 1 }
      borders[index + 1] = length
    }
    self.borders = borders
  }

  /// Reads a text.
  ///
  /// - Parameter place: how many bytes of the marker stand before it.
  /// - Returns: how many stand at its end, and where the marker ends in it, if it does: all after that is not read.
  func read(_ text: [UInt8], from place: Int) -> (place: Int, end: Int?) {
    var place = place
    for (index, byte) in text.enumerated() {
      while place > 0, bytes[place] != byte { place = borders[place] }
      if bytes[place] == byte { place += 1 }
      if place == bytes.count { return (place, index + 1) }
    }
    return (place, nil)
  }
}

extension Tokenizer {
  /// A token as markers see it: its bytes, or a special token's spelling.
  func spelled(_ token: TokenID) -> [UInt8] {
    if let bytes = bytes(of: token) { return bytes }
    return isSpecial(token) ? piece(of: token).map { Array($0.utf8) } ?? [] : []
  }
}
