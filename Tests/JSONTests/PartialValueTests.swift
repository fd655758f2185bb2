import JSON
import TestSupport
import Testing

@Suite struct PartialValues {
  private func partial(_ text: String) -> String? { JSONValue(partial: Array(text.utf8))?.text }

  @Test(arguments: [
    ("", nil), (" ", nil), ("12", nil), ("12 ", "12"), ("tru", nil), ("\"", "\"\""),
    ("\"ab", "\"ab\""), ("[", "[]"), ("[1", "[]"), ("[1, 2, 3", "[1, 2]"), ("[1,", "[1]"),
    ("{\"a", "{}"), ("{\"a\":", "{}"), ("{\"a\": \"x", "{\"a\": \"x\"}"),
    ("{\"a\": 1, \"b\": [tru", "{\"a\": 1, \"b\": []}"),
    ("{\"a\": {\"b\": null}", "{\"a\": {\"b\": null}}"),
    ("\"a\\", "\"a\""), ("\"a\\u00e", "\"a\""), ("\"a\\ud83d\\ude0", "\"a\""),
    ("[1}", nil), ("{]", nil), ("nonsense ", nil),
  ])
  func sayWhatTheirTextSaysSoFar(_ text: String, _ expected: String?) {
    #expect(partial(text) == expected)
  }

  /// A value that is cut at any byte: what is read never takes anything back, and at the end it is all there.
  @Test func growWithTheirText() throws {
    let text =
      #"{"t": "a\"é🐈\u00e9\ud83d\ude00", "n": [1.5e3, -2, true, null, {"x": {}}], "s": [[], [""]]} "#
    let bytes = Array(text.utf8)
    let whole = try JSONValue(parsing: bytes)
    var before: JSONValue?
    for end in 0...bytes.count {
      let part = JSONValue(partial: Array(bytes[..<end]))
      if let before { #expect(part.map { Self.begins(before, $0) } == true, "at \(end)") }
      if let part { #expect(Self.begins(part, whole), "at \(end)") }
      before = part
    }
    #expect(before == whole)
  }

  /// Whether a value is what another was before it grew.
  private static func begins(_ part: JSONValue, _ whole: JSONValue) -> Bool {
    switch (part, whole) {
    case (.string(let left), .string(let right)):
      Array(right.utf8).starts(with: Array(left.utf8))
    case (.array(let left), .array(let right)):
      left.count <= right.count && zip(left, right).allSatisfy(begins)
    case (.object(let left), .object(let right)):
      left.count <= right.count
        && zip(left, right).allSatisfy { $0.key == $1.key && begins($0.value, $1.value) }
    default: part == whole
    }
  }

  @Test func hostileTextsAreReadOrNot() {
    var mutator = Mutator(seed: 1)
    let seed = Array(#"{"a": ["\ud83d\ude00", {"b": [1, -2.5e3]}, "é"], "c": null}"#.utf8)
    var read = 0
    for _ in 0..<3000 where JSONValue(partial: mutator.mutate(seed)) != nil { read += 1 }
    #expect(read > 100)
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    _ = JSONValue(partial: deep)
  }
}
