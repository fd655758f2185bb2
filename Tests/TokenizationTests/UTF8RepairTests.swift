import Testing
import Tokenization

@Suite struct UTF8RepairTests {
  /// The edges of table 3-7 of the Unicode Standard.
  private static let bytes: [UInt8] = [
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED,
    0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF,
  ]

  @Test func maximalSubpartsAreReplacedAsTheStandardLibraryDoesForAllFourBytes() {
    for a in Self.bytes {
      for b in Self.bytes {
        for c in Self.bytes {
          for d in Self.bytes {
            let input = [a, b, c, d]
            var repair = UTF8Repair(.maximalSubpart)
            var text: [UInt8] = []
            for byte in input { repair.append(byte, to: &text) }
            repair.finish(into: &text)
            if text != Array(String(decoding: input, as: UTF8.self).utf8) {
              Issue.record("\(input) became \(text)")
            }
          }
        }
      }
    }
  }
}
