import Files
import TestSupport
import Testing

@Suite struct FileNames {
  @Test func anyBytesComeBack() {
    var random = SplitMix64(seed: 5)
    let pieces: [[UInt8]] = [
      Array("a/".utf8), Array("é漢😀".utf8), [0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
      // The scalars that stand for bytes, themselves in UTF-8; a surrogate; an overlong zero.
      Array("\u{10FF80}\u{10FFFF}".utf8), [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5],
    ]
    for _ in 0..<5000 {
      let name = (0..<random.next() % 6).flatMap { _ in
        random.next() % 3 == 0
          ? [UInt8(truncatingIfNeeded: random.next() | 1)] : pieces[Int(random.next() % 10)]
      }
      #expect(FileName.bytes(of: FileName.text(of: name)) == name)
    }
  }

  @Test func unicodeIsItself() {
    for text in ["", "model.gguf", "é漢😀/x", "\u{10FF7F}", "\u{FFFD}"] {
      #expect(FileName.text(of: Array(text.utf8)) == text)
      #expect(FileName.bytes(of: text) == Array(text.utf8))
      #expect(!FileName.holdsBytes(text) && FileName.repaired(text) == text)
    }
  }

  @Test func whatIsNoTextIsRepairedAsElsewhere() {
    let bytes: [UInt8] = [0x61, 0xFF, 0xE2, 0x82, 0x62]
    #expect(FileName.repaired(FileName.text(of: bytes)) == String(decoding: bytes, as: UTF8.self))
  }
}
