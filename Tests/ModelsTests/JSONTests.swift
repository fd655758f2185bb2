import JSON
import Models
import TestSupport
import Testing

/// The reader of configurations, through `generation_config.json`.
@Suite struct JSONTests {
  /// Reads a value as the only member of a file.
  private func value(_ text: String) throws -> JSONValue? {
    let copy = try ModelCopy(directory: "tokenized/spm")
    try copy.directory.write("{\"v\": \(text)}".utf8, to: "generation_config.json")
    return try ModelLoader.load(path: copy.path).generationDefaults["v"]
  }

  @Test(arguments: [
    ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("-17", .integer(-17)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("18446744073709551615", .unsigned(.max)), ("18446744073709551616", .number(0x1p64)),
    ("1.0", .number(1)), ("1e3", .number(1000)), ("1E-2", .number(0.01)),
    ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
    ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    (#""a\"\\\/\b\f\n\r\t\u00e9\ud83c\udf55""#, .string("a\"\\/\u{8}\u{c}\n\r\té🍕")),
    ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
    (
      #"{"b": 1, "a": 2}"#,
      .object([JSONMember("b", .integer(1)), JSONMember("a", .integer(2))])
    ),
  ])
  func valuesKeepTheirKind(_ text: String, _ expected: JSONValue) throws {
    #expect(try value(text) == expected)
  }

  @Test(arguments: [
    "", "01", "+1", "1.", ".5", "1e", "--1", "0x1", "tru", "nul", "'a'", "\"a", "\"\\x\"",
    "\"\\ud800\"", "\"\\udc00\"", "\"\\u12g4\"", "\"\u{1}\"", "[1,]", "[1 2]", "{,}",
    "{\"a\" 1}", "{\"a\": 1,}", "{a: 1}", "{\"a\": 1, \"a\": 1}", "1, ", "1}}",
    String(repeating: "[", count: 100_000),
  ])
  func whatIsNoJSONIsRefusedWithItsPlace(_ text: String) {
    #expect(loadFailure { try value(text) }.contains("generation_config.json: JSON, byte"))
  }
}
