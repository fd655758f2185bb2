import Constraints
import TestSupport

/// Texts of a language by chance, byte by byte; never longer than they must be after some hundred bytes.
enum RandomText {
  /// A text of the language, or `nil` where chance found no end.
  static func make(
    in language: FormalLanguage, with random: inout SplitMix64, windingUpAfter length: Int = 120
  ) throws -> [UInt8]? {
    var matcher = language.matcher()
    var text: [UInt8] = []
    while text.count < 20 * length {
      let next = try matcher.nextBytes()
      if matcher.isComplete, next.isEmpty || text.count > length || random.below(3) == 0 {
        return text
      }
      guard !next.isEmpty else { throw DeadEnd(text: text) }
      // Quotes and brackets often, or strings would have no end; past the length, whatever closes.
      let closing = next.filter { "]}\"".utf8.contains($0) }
      let structural = next.filter { "]}[{\",:".utf8.contains($0) }
      let choice: [UInt8] =
        if text.count > length, !closing.isEmpty, random.below(8) > 0 {
          closing
        } else if random.below(3) == 0, !structural.isEmpty {
          structural
        } else { next }
      let byte = choice[random.below(choice.count)]
      guard try matcher.advance(by: byte) else { throw DeadEnd(text: text + [byte]) }
      text.append(byte)
    }
    return nil
  }

  /// Nothing can follow, and the text is not complete: the language promised more than it holds.
  struct DeadEnd: Error, CustomStringConvertible {
    let text: [UInt8]
    var description: String { "a dead end after " + String(decoding: text, as: UTF8.self) }
  }
}
