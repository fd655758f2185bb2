import Testing
import Tokenization

/// `\p{L}`, `\p{N}` and `\s` of the reference's regular expressions, by `make_unicode.py`: ranges of scalars.
private struct Classes: Decodable {
  let L: [[UInt32]]
  let N: [[UInt32]]
  let s: [[UInt32]]
}

@Suite struct UnicodeTests {
  @Test func classesDifferFromTheReferencesOnlyWhereItsUnicodeIsOlder() throws {
    let reference = try Fixture.decode("unicode.json", as: Classes.self)
    var expected = [ScalarClass](repeating: .other, count: 0x110000)
    for (ranges, found) in [
      (reference.L, ScalarClass.letter), (reference.N, .number), (reference.s, .space),
    ] {
      for range in ranges {
        for value in range[0]...range[1] { expected[Int(value)] = found }
      }
    }
    var newer = 0
    for value in UInt32(0)..<0x110000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let found = ScalarClass.of(scalar)
      guard found != expected[Int(value)] else { continue }
      newer += 1
      // What the reference doesn't know is "other" there; the versions since 15.0 added these.
      #expect(expected[Int(value)] == .other, "U+\(String(value, radix: 16))")
      let age = try #require(scalar.properties.age, "U+\(String(value, radix: 16))")
      #expect(age >= (15, 0), "U+\(String(value, radix: 16)) is of Unicode \(age)")
    }
    #expect(newer < 20_000)
  }
}
