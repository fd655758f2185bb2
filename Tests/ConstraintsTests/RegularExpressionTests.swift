import Constraints
import JSON
import Testing

@Suite struct RegularExpressions {
  private struct Case: Sendable {
    let pattern: String
    let matches: Set<Int>
  }

  /// The texts of the fixture, and the patterns with the numbers of those that they match.
  private static func fixture() throws -> (texts: [String], cases: [Case]) {
    let fixture = try Fixture.json("regular_expressions.json")
    let cases = fixture.elements("cases").map { value in
      Case(
        pattern: value["pattern"]?.string ?? "",
        matches: Set(value.elements("matches").compactMap { $0.double.map { Int($0) } }))
    }
    return (fixture.elements("texts").compactMap(\.string), cases)
  }

  /// The verdicts on some texts, or `nil` where the pattern is refused for its assertions.
  private func verdicts(_ pattern: String, _ texts: [String]) throws -> [Bool]? {
    do {
      let language = try FormalLanguage(regularExpression: pattern)
      return try texts.map { try language.contains($0) }
    } catch let error as ConstraintError {
      if case .empty = error { return texts.map { _ in false } }
      #expect(error.description.contains("with ^, $, \\b or a lookahead in it"), "\(error)")
      return nil
    }
  }

  /// google-re2's verdicts; what this library refuses is counted, so that it can't grow unseen.
  @Test func agreesWithRE2() throws {
    let fixture = try Self.fixture()
    var refused = 0
    for item in fixture.cases {
      guard let verdicts = try verdicts(item.pattern, fixture.texts) else {
        refused += 1
        continue
      }
      let wrong = verdicts.indices.filter { verdicts[$0] != item.matches.contains($0) }
      #expect(
        wrong.isEmpty, "\(item.pattern) on \(wrong.map { fixture.texts[$0].debugDescription })")
    }
    #expect(fixture.cases.count == 600 && refused < 120)
  }

  @Test(arguments: [
    ("a(", 1, "a “(” without its “)”"), ("a)", 1, "a “)” without its “(”"),
    ("[a", 0, "a “[” without its “]”"), ("*a", 0, "nothing before it"),
    ("a**", 2, "two quantifiers in a row"), ("a{3,2}", 1, "first count is above its second"),
    ("[z-a]", 1, "ends are swapped"), ("é\\y", 2, "an unknown escape"),
    ("(a)\\1", 3, "backreferences"), ("\\p{Greek}", 0, "“Greek” is unknown"),
    ("(?<=a)b", 0, "lookbehind"), ("a{2000000}", 1, "at most 1000000"), ("a\\", 1, "backslash"),
    ("(?z)a", 0, "unknown kind of group"), ("[[:nope:]]", 1, "unknown class"),
  ])
  func malformedPatternsAreRefusedWithTheirPlace(_ pattern: String, _ place: Int, _ why: String) {
    do {
      _ = try FormalLanguage(regularExpression: pattern)
      Issue.record("\(pattern) is accepted")
    } catch ConstraintError.regularExpression(let text, let offset, let reason) {
      #expect(text == pattern && offset == place && reason.contains(why), "\(reason) at \(offset)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func repetitionsAreCountedAndNotCopied() throws {
    let language = try FormalLanguage(regularExpression: "a{99999,100000}c")
    var matcher = language.matcher()
    let most = [UInt8](repeating: UInt8(ascii: "a"), count: 99_999)
    #expect(try matcher.advance(by: most))
    #expect(try matcher.nextBytes() == Array("ac".utf8))
    #expect(try matcher.advance(by: "a"))
    #expect(try matcher.nextBytes() == Array("c".utf8))
  }

  @Test func whatCannotBeMatchedIsRefused() throws {
    #expect(throws: ConstraintError.self) { try FormalLanguage(regularExpression: "a^b") }
    #expect(throws: ConstraintError.self) { try FormalLanguage(regularExpression: "[^\\s\\S]") }
    #expect(throws: ConstraintError.self) { try FormalLanguage(choices: []) }
  }

  @Test func choicesAreTheirTexts() throws {
    let texts = ["", "a", "ab", "abc", "b", "éa", "éb"]
    let language = try FormalLanguage(choices: texts)
    for text in texts { #expect(try language.contains(text)) }
    for text in ["ba", "abcd", "c", "é"] { #expect(try !language.contains(text)) }
    #expect(try !language.contains([0xC3]))
  }

  @Test func bytesThatAreNoUTF8MatchNothing() throws {
    let any = try FormalLanguage(regularExpression: "(?s:.*)")
    #expect(try any.contains("é😀"))
    for bytes in [[0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF]]
      as [[UInt8]]
    {
      var matcher = any.matcher()
      #expect(try !matcher.advance(by: bytes), "\(bytes)")
    }
  }
}
