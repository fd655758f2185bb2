import Constraints
import LanguageModeling
import TestSupport
import Testing

@Suite struct Matchers {
  private static func languages() throws -> [FormalLanguage] {
    [
      try FormalLanguage(regularExpression: "(?:[ab]|ba+){3,7}c?"),
      try FormalLanguage(grammar: "root ::= \"(\" root \")\" root | \"x\"{0,3}"),
      try FormalLanguage(choices: ["red", "green", "grey"]),
      try JSONSchema(
        parsing:
          #"{"type": "object", "properties": {"a": {"type": "integer"}}, "maxProperties": 2}"#
      ).language(),
    ]
  }

  /// Random walks that stop, fork and go back: a matcher is where its bytes alone would have led it.
  @Test func forksAndOlderCopiesAreReplays() throws {
    var random = SplitMix64(seed: 3)
    for language in try Self.languages() {
      var kept: [(matcher: LanguageMatcher, text: [UInt8])] = [(language.matcher(), [])]
      for _ in 0..<200 {
        var (matcher, text) = kept[random.below(kept.count)]
        let next = try matcher.nextBytes()
        guard !next.isEmpty else {
          #expect(matcher.isComplete, "a dead end after \(text)")
          continue
        }
        let byte = next[random.below(next.count)]
        #expect(try matcher.advance(by: byte))
        text.append(byte)
        kept.append((matcher, text))
        var replay = language.matcher()
        #expect(try replay.advance(by: text))
        #expect(replay == matcher && replay.isComplete == matcher.isComplete)
      }
    }
  }

  @Test func refusedBytesLeaveTheMatcherAsItWas() throws {
    for language in try Self.languages() {
      var matcher = language.matcher()
      let next = try matcher.nextBytes()
      for byte in 0...255 as ClosedRange<UInt8> {
        var copy = matcher
        #expect(try copy.advance(by: byte) == next.contains(byte))
        if !next.contains(byte) { #expect(copy == matcher) }
      }
      #expect(try !matcher.advance(by: [next[0], 0xFF]))
      #expect(matcher == language.matcher())
    }
  }

  @Test func bytesAreForcedAsFarAsThereIsOneWay() throws {
    let language = try FormalLanguage(choices: ["grey-blue", "grey-green"])
    var matcher = language.matcher()
    #expect(try matcher.forcedBytes() == Array("grey-".utf8))
    #expect(try matcher.forcedBytes(limit: 2) == Array("gr".utf8))
    #expect(try matcher.advance(by: "grey-g"))
    #expect(try matcher.forcedBytes() == Array("reen".utf8))
    // Where the text may end, nothing is forced.
    var short = try FormalLanguage(choices: ["a", "ab"]).matcher()
    #expect(try short.advance(by: "a"))
    #expect(try short.forcedBytes().isEmpty)
  }

  @Test func expectationsAreInWords() throws {
    let schema = try JSONSchema(
      parsing: #"{"properties": {"name": {"const": "x"}}, "required": ["name"], "type": "object"}"#)
    var matcher = try schema.language().matcher()
    #expect(try matcher.expectation() == "“{”")
    #expect(try matcher.advance(by: "{"))
    #expect(try matcher.expectation() == "“\"name\": ”")
    #expect(try matcher.advance(by: "\"name\": \"x\""))
    #expect(try matcher.expectation() == "“, \"” or “}”")
    var digits = try FormalLanguage(regularExpression: "[0-9]+[a-cx]?").matcher()
    #expect(try digits.advance(by: "1"))
    #expect(try digits.expectation() == "one of “0-9 a-c x” or the end")
  }

  /// Keys must differ, so every text makes states of its own: hundreds of texts need far more than fits at a time.
  @Test func languagesAreUsedForAnyTime() throws {
    let schema = try JSONSchema(
      parsing: #"{"type": "object", "additionalProperties": {"type": "integer"}}"#,
      limits: ConstraintLimits(regularStates: 12_000, machineStates: 6000))
    let language = try schema.language()
    let tokens = try TokenLanguage(
      language, vocabulary: TokenVocabulary(texts: (0...255).map { [UInt8($0)] }))
    let first = tokens.matcher()
    for round in 0..<300 {
      let text = #"{"key \#(round)": 1, "other \#(round * 7)": 2}"#
      var matcher = tokens.matcher()
      for byte in text.utf8 { #expect(try matcher.advance(by: TokenID(byte))) }
      #expect(matcher.isComplete)
      #expect(try tokens.matcher().mask() == first.mask())
    }
    // An old matcher goes on in its own automaton.
    var old = first
    for byte in #"{"a": 1}"#.utf8 { #expect(try old.advance(by: TokenID(byte))) }
    #expect(old.isComplete)
  }

  @Test func costIsBounded() throws {
    let limits = ConstraintLimits(regularStates: 2000, machineStates: 2000, threads: 50)
    // The minimal automaton has 2^40 states.
    let wide = try FormalLanguage(regularExpression: "(?:a|b)*a(?:a|b){40}", limits: limits)
    var matcher = wide.matcher()
    var random = SplitMix64(seed: 1)
    #expect(throws: ConstraintError.self) {
      for _ in 0..<5000 { _ = try matcher.advance(by: random.below(2) == 0 ? "a" : "b") }
    }
    let deep = try FormalLanguage(
      grammar: "root ::= \"(\" root \")\" \"x\" | \".\"", limits: limits)
    var nested = deep.matcher()
    #expect(throws: ConstraintError.self) {
      for _ in 0..<5000 { _ = try nested.advance(by: "(") }
    }
    #expect(throws: ConstraintError.self) {
      try FormalLanguage(
        regularExpression: String(repeating: "(", count: 300) + String(repeating: ")", count: 300))
    }
  }
}
