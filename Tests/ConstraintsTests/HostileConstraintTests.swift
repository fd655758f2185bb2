import Constraints
import Foundation
import JSON
import LanguageModeling
import TestSupport
import Testing

/// Constraints that are damaged, or made to hurt, are refused or used: nothing crashes, hangs, or takes more than it may.
///
/// `DECODE_FUZZ_ROUNDS` sets the rounds for each constraint; by default few enough for every test run.
@Suite struct HostileConstraints {
  private static let rounds =
    ProcessInfo.processInfo.environment["DECODE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 25

  /// Small, so that running into them is common and quick.
  private static let limits = ConstraintLimits(
    regularStates: 20_000, machineStates: 20_000, threads: 500, nesting: 100)

  /// Far above what a round takes on a machine that does other work too, and far below a hang.
  private static let mostSeconds = 30.0

  private static let vocabulary: TokenVocabulary = {
    var random = SplitMix64(seed: 1)
    var texts: [[UInt8]?] = (0...255).map { [UInt8($0)] }
    let pieces = [
      "\"", "{\"", "\": ", ", \"", "}", "]", "[", "a", "b", "ab", "root", "true", "null", "1", "23",
      "-", ".5", "é", "字", " ", "  ", "\n", "date", "2024-", "x",
    ]
    for _ in 0..<600 {
      texts.append(
        (0...random.below(5)).flatMap { _ in Array(pieces[random.below(pieces.count)].utf8) })
    }
    return TokenVocabulary(texts: texts)
  }()

  /// Goes a way through a language as decoding would, with every question that can be asked.
  private static func use(_ language: FormalLanguage, _ random: inout SplitMix64) throws {
    var matcher = try TokenLanguage(language, vocabulary: vocabulary).matcher()
    for _ in 0..<50 {
      let mask = try matcher.mask()
      _ = try matcher.expectation()
      _ = try matcher.forcedBytes(limit: 64)
      let tokens = mask.tokens
      guard !tokens.isEmpty else { return }
      let token = tokens[random.below(tokens.count)]
      guard try matcher.advance(by: token) else {
        Issue.record("a token of the mask is refused")
        return
      }
    }
  }

  /// - Returns: whether it was refused or ran into a limit.
  private static func isRefused(
    _ random: inout SplitMix64, _ make: () throws -> FormalLanguage
  ) throws -> Bool {
    let start = ContinuousClock.now
    defer {
      let seconds = start.duration(to: .now) / .seconds(1)
      #expect(seconds < mostSeconds, "\(seconds) seconds")
    }
    do {
      try use(make(), &random)
      return false
    } catch let error as ConstraintError {
      // The message is part of what must hold on any input.
      #expect(!error.description.isEmpty)
      return true
    }
  }

  private static func fuzz(
    _ seeds: [String], _ seed: UInt64, _ make: (String) throws -> FormalLanguage
  ) throws {
    var mutator = Mutator(seed: seed)
    var random = SplitMix64(seed: seed)
    for text in seeds {
      // What is damaged below is sound, so that there is something to damage.
      #expect(try !isRefused(&random) { try make(text) }, "\(text)")
      var refused = 0
      for _ in 0..<rounds {
        let variant = String(decoding: mutator.mutate(Array(text.utf8)), as: UTF8.self)
        if try isRefused(&random, { try make(variant) }) { refused += 1 }
      }
      #expect(refused > 0, "no damage was noticed: \(text)")
    }
  }

  @Test func damagedGrammarsAreRefusedOrUsed() throws {
    try Self.fuzz(
      [
        "root ::= object\nobject ::= \"{\" (pair (\",\" pair)*)? \"}\"\n"
          + "pair ::= \"\\\"\" [^\"\\\\]{1,20} \"\\\":\" (object | [0-9]+ | \"null\")\n",
        "root ::= (x y?){2,30} | \"[\" root{0,3} \"]\"\nx ::= [a-f] | \"(\" x \")\" # note\ny ::= \".\"*\n",
        "root ::= term ([-+] term)*\nterm ::= \"1\" | \"(\" root \")\" | \"\\x41\" \"\\u00e9\"{1,3}",
      ], 1
    ) { try FormalLanguage(grammar: $0, limits: Self.limits) }
  }

  @Test func damagedExpressionsAreRefusedOrUsed() throws {
    try Self.fuzz(
      [
        #"(?i)v\d+(\.\d+){0,2}(?:-[a-z0-9.]+)?"#, #"^(?:[^\W_]{2,5}\b\s?){1,4}$"#,
        #"(a|b|ab){3,40}[[:alpha:]\p{Lu}]*(\x41|é|[^\n])+?"#,
      ], 2
    ) { try FormalLanguage(regularExpression: $0, limits: Self.limits) }
  }

  @Test func damagedSchemasAreRefusedOrUsed() throws {
    try Self.fuzz(
      [
        #"{"type": "object", "properties": {"a": {"type": "integer", "minimum": -5, "maximum": 120, "multipleOf": 5}, "b": {"type": "string", "maxLength": 30, "pattern": "^[a-z]+$"}}, "required": ["a"], "additionalProperties": {"enum": [1, "x", null]}, "maxProperties": 5}"#,
        ##"{"$defs": {"n": {"type": "object", "properties": {"v": {"type": "number"}, "k": {"type": "array", "items": {"$ref": "#/$defs/n"}, "maxItems": 4}}, "additionalProperties": false}}, "$ref": "#/$defs/n"}"##,
        #"{"oneOf": [{"type": "array", "prefixItems": [{"const": 1}, {"type": "boolean"}], "uniqueItems": true, "items": {"type": "string", "format": "date"}, "contains": {"minimum": 0}}, {"if": {"required": ["x"]}, "then": {"minProperties": 2}, "else": {"not": {"required": ["y"]}}, "type": "object", "patternProperties": {"^x": {"type": "null"}}, "dependentRequired": {"x": ["z"]}}]}"#,
      ], 3
    ) { try JSONSchema(parsing: $0, limits: Self.limits).language(whitespace: .flexible) }
  }

  @Test(arguments: [
    "x{0,100000}", "(x{0,1000}){0,1000}", "((a{1,1000}){1,1000}){1,1000}", "(a*)*", "((a|b)*)*c",
    "(x+x+)+y", "(a|aa|aaa)+b", "(a?){500}a{500}", "(?:a|b)*a(?:a|b){30}",
    "[\\x{0}-\\x{10FFFF}]{0,1000000}",
    "(?:(?:a{0,100}b{0,100}){0,100}c{0,100}){0,100}", "(.*.*.*.*.*.*.*.*=.*)*",
  ])
  func explosiveExpressionsAreBounded(_ pattern: String) throws {
    var random = SplitMix64(seed: 4)
    _ = try Self.isRefused(&random) {
      try FormalLanguage(regularExpression: pattern, limits: Self.limits)
    }
  }

  @Test func explosiveGrammarsAreBounded() throws {
    var random = SplitMix64(seed: 5)
    let chain =
      (0..<5000).map { "r\($0) ::= \"a\" r\($0 + 1) \"b\" | r\($0 + 1)" } + ["r5000 ::= \"x\""]
    let doubling = (0..<60).map { "d\($0) ::= d\($0 + 1) d\($0 + 1)" } + ["d60 ::= \"a\"?"]
    let texts = [
      "root ::= r0\n" + chain.joined(separator: "\n"),
      "root ::= d0\n" + doubling.joined(separator: "\n"),
      "root ::= " + (0..<5000).map { "\"w\($0)\"" }.joined(separator: " | "),
      "root ::= (\"a\" | root2)*\nroot2 ::= (\"(\" root2? \")\"){0,100000}",
      "root ::= x x x x x x x x\nx ::= \"a\"? (\"(\" x \")\")? \"a\"?",
      "root ::= " + String(repeating: "(", count: 5000) + "\"a\""
        + String(repeating: ")", count: 5000),
      "root ::= root \"a\" | \"b\"",
    ]
    for text in texts {
      _ = try Self.isRefused(&random) { try FormalLanguage(grammar: text, limits: Self.limits) }
    }
    #expect(throws: ConstraintError.self) { try FormalLanguage(grammar: texts[6]) }
  }

  @Test func explosiveSchemasAreBounded() throws {
    var random = SplitMix64(seed: 6)
    let nested =
      String(repeating: #"{"items":"#, count: 3000) + "{}" + String(repeating: "}", count: 3000)
    let references = (0..<3000).map { ##""d\##($0)": {"$ref": "#/$defs/d\##($0 + 1)"}"## }
    let alternatives = (0..<12).map {
      #"{"anyOf": [{"required": ["a\#($0)"]}, {"required": ["b\#($0)"]}, {"minProperties": \#($0 + 1)}]}"#
    }
    let properties = (0..<20_000).map {
      #""property_\#($0)": {"type": "string", "maxLength": \#($0 % 90)}"#
    }
    let patterns = (0..<20).map { #""[a-z]{\#($0)}x": {"minimum": \#($0)}"# }
    let texts = [
      nested,
      ##"{"$ref": "#/$defs/d0", "$defs": {"##
        + (references + [#""d3000": {"type": "null"}"#]).joined(separator: ", ") + "}}",
      #"{"type": "object", "allOf": ["# + alternatives.joined(separator: ", ") + "]}",
      // Two megabytes.
      #"{"type": "object", "additionalProperties": false, "properties": {"#
        + properties.joined(separator: ", ") + "}}",
      #"{"type": "object", "patternProperties": {"# + patterns.joined(separator: ", ") + "}}",
      #"{"enum": ["# + (0..<10_000).map { "\"value \($0)\"" }.joined(separator: ", ") + "]}",
      #"{"type": "array", "items": {"type": "integer", "multipleOf": 9973, "minimum": 5}, "minItems": 100000}"#,
      #"{"type": "string", "minLength": 100000, "maxLength": 1000000, "pattern": "(a|b|ab)+c"}"#,
      #"{"not": {"not": {"not": {"oneOf": [{"minLength": 3}, {"maxLength": 2}, {"pattern": "x"}]}}}}"#,
      ##"{"anyOf": [{"$ref": "#"}, {"type": "null"}]}"##, ##"{"not": {"$ref": "#"}}"##,
      ##"{"type": "object", "additionalProperties": {"$ref": "#"}, "minProperties": 1}"##,
    ]
    for text in texts {
      _ = try Self.isRefused(&random) {
        try JSONSchema(parsing: text, limits: Self.limits).language()
      }
    }
  }
}
