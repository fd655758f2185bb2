import JSON
import TestSupport
import Testing

@Suite struct JSONScannerTests {
  static let accepted: [(String, JSONValue)] = [
    ("null", .null), (" true ", .bool(true)), ("false", .bool(false)),
    ("0", .integer(0)), ("-0", .integer(0)), ("-12", .integer(-12)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .unsigned(1 << 63)), ("18446744073709551615", .unsigned(.max)),
    ("18446744073709551616", .number(18_446_744_073_709_551_616)),
    ("1.5", .number(1.5)), ("1e2", .number(100)), ("-2.5E-1", .number(-0.25)), ("0.0", .number(0)),
    ("1e999", .number(.infinity)),
    ("\"\"", .string("")), ("\"é\"", .string("é")), ("\"\\u00e9\\n\\\"\\/\"", .string("é\n\"/")),
    ("\"\\ud83d\\ude00\"", .string("😀")), ("[]", .array([])), ("{}", .object([])),
    ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
    (
      "{\"b\": 1, \"a\": null}",
      .object([JSONMember("b", .integer(1)), JSONMember("a", .null)])
    ),
    // Equal by canonical equivalence, and yet two keys.
    (
      "{\"\\u00e9\": 1, \"e\\u0301\": 2}",
      .object([JSONMember("\u{e9}", .integer(1)), JSONMember("e\u{301}", .integer(2))])
    ),
  ]

  @Test(arguments: accepted.indices)
  func whatJSONAllowsIsRead(_ index: Int) throws {
    let (text, value) = Self.accepted[index]
    #expect(try JSONValue(parsing: Array(text.utf8)) == value, "\(text)")
  }

  @Test func pythonsNumbersAreReadInPythonsDialectAlone() throws {
    for (text, value) in [("Infinity", Double.infinity), ("-Infinity", -.infinity), ("NaN", .nan)] {
      let read = try JSONValue(parsing: Array(text.utf8), dialect: .python).double
      #expect(read == value || (read?.isNaN == true && value.isNaN))
      #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }
  }

  @Test func aCountIsADigitStringBelowTheLimit() throws {
    func count(_ text: String) throws(JSONSyntaxError) -> Int {
      try Array(text.utf8).span.bytes.withUnsafeBytes { (bytes) throws(JSONSyntaxError) in
        var scanner = JSONScanner(bytes) { JSONSyntaxError(offset: $0, reason: $1) }
        return try scanner.count("the length")
      }
    }
    #expect(try count(" 17") == 17)
    #expect(try count("9223372036854775807") == .max)
    for text in ["-0", "-1", "1.0", "1e0", "01", "9223372036854775808", "\"2\"", "true", ""] {
      #expect(throws: JSONSyntaxError.self, "\(text)") { try count(text) }
    }
  }

  static let refused: [(String, Int)] = [
    ("", 0), ("  ", 2), ("nul", 0), ("01", 0), ("+1", 0), ("1.", 2), ("1e", 2), (".5", 0), ("-", 0),
    ("--1", 0),
    ("\"", 0), ("\"a", 0), ("\"\u{1}\"", 1), ("\"\\x\"", 1), ("\"\\u12\"", 3), ("\"\\ud800\"", 1),
    ("\"\\udc00\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"\\", 2), ("[", 1), ("[1", 2), ("[1,", 3),
    ("[1,]", 3),
    ("[1 2]", 3), ("{", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{a:1}", 1),
    ("{\"a\":1 \"b\":2}", 7),
    ("{\"a\":1,\"a\":2}", 7), ("1 2", 2), ("[]]", 2), ("'a'", 0), ("\u{feff}1", 0),
  ]

  @Test(arguments: refused.indices)
  func whatJSONForbidsIsRefusedWithItsPlace(_ index: Int) {
    let (text, offset) = Self.refused[index]
    #expect { try JSONValue(parsing: Array(text.utf8)) } throws: {
      ($0 as? JSONSyntaxError)?.offset == offset
    }
  }

  @Test func bytesThatAreNoUTF8AreRefused() {
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: JSONSyntaxError.self) {
      try JSONValue(parsing: [0x22, 0x5C, 0x6E, 0xFF, 0x22])
    }
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try JSONValue(parsing: nested(64))
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(1_000_000)) }
  }

  @Test func skippingReadsWhatReadingReads() {
    for (text, _) in Self.accepted {
      let bytes = Array(text.utf8)
      bytes.withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes) { JSONSyntaxError(offset: $0, reason: $1) }
        #expect(throws: Never.self) {
          try scanner.skipValue()
          try scanner.expectEnd()
        }
      }
    }
  }

  @Test func mutatedTextsAreReadOrRefused() {
    var mutator = Mutator(seed: 6)
    let seeds = Self.accepted.map { Array($0.0.utf8) }
    for round in 0..<20_000 {
      let bytes = mutator.mutate(seeds[round % seeds.count])
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      #expect(throws: Never.self) { try JSONValue(parsing: Array(value.text.utf8)) }
    }
  }

  @Test func whatIsWrittenReadsBackAsItWas() throws {
    let value = JSONValue.object([
      JSONMember("text", .string("tab\t, quote\", back\\slash, nul\u{0}, é😀\u{2028}")),
      JSONMember("numbers", .array([.integer(-3), .unsigned(.max), .number(0.1), .number(1e300)])),
      JSONMember("flags", .array([.bool(true), .null, .object([])])),
    ])
    #expect(try JSONValue(parsing: Array(value.text.utf8)) == value)
    #expect(
      JSONValue.array([.number(.nan), .single(0.1), .number(-.infinity)]).text
        == "[null, 0.1, null]")
  }
}
