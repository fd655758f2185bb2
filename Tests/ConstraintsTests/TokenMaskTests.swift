import Constraints
import LanguageModeling
import TestSupport
import Testing

/// Masks against brute force: a token is allowed exactly where some text of the language goes on so.
@Suite struct TokenMasks {
  struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let alphabet: String
    let make: @Sendable () throws -> FormalLanguage

    var testDescription: String { name }
  }

  static let examples: [Example] = [
    Example(name: "choices", alphabet: "abc") {
      try FormalLanguage(choices: ["", "a", "abc", "abcab", "ba", "bab", "cc"])
    },
    Example(name: "counts", alphabet: "abc") {
      try FormalLanguage(regularExpression: "(?:ab?){2,4}c{0,2}|c{3,5}")
    },
    Example(name: "assertions", alphabet: "ab-") {
      try FormalLanguage(regularExpression: "(?:a|b|-){0,2}\\bab\\b(?:-|a){0,2}")
    },
    Example(name: "keys", alphabet: "{}\":,ab1") {
      try JSONSchema(
        parsing: #"""
          {"type": "object", "maxProperties": 2, "propertyNames": {"enum": ["a", "b", "ab"]},
           "properties": {"b": {"const": 11}}, "additionalProperties": {"const": 1}}
          """#
      ).language(whitespace: .compact)
    },
    Example(name: "items", alphabet: "[],12") {
      try JSONSchema(
        parsing: #"""
          {"type": "array", "items": {"enum": [1, 2, 12, 21]}, "uniqueItems": true,
           "contains": {"minimum": 10}, "maxItems": 3}
          """#
      ).language(whitespace: .compact)
    },
  ]

  /// Texts of the language up to a length, by going every way.
  private static func texts(of language: FormalLanguage, upTo length: Int) throws -> [[UInt8]] {
    var result: [[UInt8]] = []
    var pending: [(LanguageMatcher, [UInt8])] = [(language.matcher(), [])]
    while let (matcher, text) = pending.popLast() {
      if matcher.isComplete { result.append(text) }
      guard text.count < length else { continue }
      for byte in try matcher.nextBytes() {
        var next = matcher
        _ = try next.advance(by: byte)
        pending.append((next, text + [byte]))
      }
    }
    return result
  }

  /// Every text over the alphabet up to five bytes or so, and random ones up to 20; some twice, some empty.
  private static func vocabulary(_ alphabet: String, seed: UInt64) -> [[UInt8]?] {
    var random = SplitMix64(seed: seed)
    let bytes = Array(alphabet.utf8)
    var result: [[UInt8]?] = [nil, []]
    result += bytes.map { [$0] }
    for _ in 0..<400 {
      let length = 1 + random.below(random.below(4) == 0 ? 20 : 4)
      result.append((0..<length).map { _ in bytes[random.below(bytes.count)] })
    }
    return result
  }

  @Test(arguments: examples) func areExact(_ example: Example) throws {
    let language = try example.make()
    let texts = try Self.texts(of: language, upTo: 26)
    #expect(texts.count > 5 && texts.allSatisfy { $0.count < 26 }, "\(texts.count) texts")
    // Tokens that are pieces of texts, so that many are allowed.
    var words = Self.vocabulary(example.alphabet, seed: 5)
    var random = SplitMix64(seed: 9)
    for _ in 0..<400 {
      let text = texts[random.below(texts.count)]
      guard !text.isEmpty else { continue }
      let start = random.below(text.count)
      words.append(Array(text[start..<min(text.count, start + 1 + random.below(20))]))
    }
    let tokens = try TokenLanguage(language, vocabulary: TokenVocabulary(texts: words))
    var prefixes: Set<[UInt8]> = []
    for text in texts { for end in 0...text.count { prefixes.insert(Array(text[..<end])) } }
    for prefix in prefixes {
      var bytes = language.matcher()
      #expect(try bytes.advance(by: prefix))
      #expect(bytes.isComplete == texts.contains(prefix))
    }
    // Places are reached by tokens, as in decoding.
    var places: [([UInt8], TokenMatcher)] = [([], tokens.matcher())]
    for _ in 0..<150 {
      let (text, matcher) = places[random.below(places.count)]
      let mask = try matcher.mask()
      let wrong = try words.indices.filter { id in
        let isAllowed = words[id].map { !$0.isEmpty && prefixes.contains(text + $0) } ?? false
        return try mask[TokenID(id)] != isAllowed || matcher.allows(TokenID(id)) != isAllowed
      }
      #expect(wrong.isEmpty, "\(String(decoding: text, as: UTF8.self)) + \(wrong)")
      #expect(matcher.isComplete == texts.contains(text))
      #expect(
        matcher.canContinue == texts.contains { $0.count > text.count && $0.starts(with: text) })
      let allowed = mask.tokens
      guard !allowed.isEmpty else { continue }
      let token = allowed[random.below(allowed.count)]
      var next = matcher
      #expect(try next.advance(by: token))
      places.append((text + (words[Int(token)] ?? []), next))
    }
  }

  /// Nested brackets have no end; a prefix of theirs is one where no bracket closes before it opens.
  @Test func areExactThroughTheStack() throws {
    let language = try FormalLanguage(
      grammar: "root ::= \"(\" root \")\" root | \"[\" root \"]\" | \"\"")
    let words = Self.vocabulary("()[]", seed: 2)
    func open(after text: [UInt8]) -> [UInt8]? {
      // What is still open; after a square bracket nothing follows at its level.
      var stack: [UInt8] = []
      var closed: [Bool] = [false]
      for byte in text {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["):
          guard closed.last == false else { return nil }
          stack.append(byte)
          closed.append(false)
        default:
          guard let last = stack.popLast(),
            (last == UInt8(ascii: "(")) == (byte == UInt8(ascii: ")"))
          else { return nil }
          closed.removeLast()
          if byte == UInt8(ascii: "]") { closed[closed.count - 1] = true }
        }
      }
      return stack
    }
    let tokens = try TokenLanguage(language, vocabulary: TokenVocabulary(texts: words))
    var random = SplitMix64(seed: 4)
    for _ in 0..<20 {
      var matcher = tokens.matcher()
      var text: [UInt8] = []
      for _ in 0..<8 {
        let mask = try matcher.mask()
        let expected = words.indices.filter { id in
          words[id].map { !$0.isEmpty && open(after: text + $0) != nil } ?? false
        }
        #expect(mask.tokens.map { Int($0) } == expected)
        #expect(matcher.isComplete == (open(after: text)?.isEmpty == true))
        guard !expected.isEmpty else { break }
        let token = expected[random.below(expected.count)]
        #expect(try matcher.advance(by: TokenID(token)))
        text += words[token] ?? []
      }
    }
  }

  static let runs: [Example] = [
    Example(name: "strings", alphabet: "") {
      try JSONSchema(parsing: #"{"type": "array", "items": {"type": "string"}}"#).language()
    },
    Example(name: "strings with lengths", alphabet: "") {
      try JSONSchema(
        parsing: #"{"type": "array", "items": {"type": "string", "minLength": 3, "maxLength": 21}}"#
      ).language(whitespace: .compact)
    },
    Example(name: "short strings", alphabet: "") {
      try JSONSchema(
        parsing: #"{"type": "array", "items": {"type": "string", "maxLength": 5}}"#
      ).language(whitespace: .compact)
    },
    Example(name: "keys that must differ", alphabet: "") {
      try JSONSchema(
        parsing:
          #"{"type": "object", "properties": {"ab": {"const": 1}}, "additionalProperties": {"type": "string"}}"#
      ).language(whitespace: .compact)
    },
    Example(name: "items that must differ", alphabet: "") {
      try JSONSchema(
        parsing: #"{"type": "array", "items": {"type": "string"}, "uniqueItems": true}"#
      ).language(whitespace: .compact)
    },
    Example(name: "words in brackets", alphabet: "") {
      try FormalLanguage(
        grammar: #"root ::= word ("," word | "[" root "]")*"# + "\n" + "word ::= [a-z]+")
    },
    Example(name: "words of some lengths", alphabet: "") {
      try FormalLanguage(regularExpression: #"(?:[a-z]{2,18}(?:,|é|"")){1,9}[^a]{0,40}"#)
    },
  ]

  /// Long runs of like bytes are found without a walk; what is found is what single tokens say.
  @Test(arguments: runs) func areExactAlongRuns(_ example: Example) throws {
    var random = SplitMix64(seed: 11)
    let pieces =
      (97...122).map { [UInt8($0)] }
      + ["\"", "\"", "[", "]", ",", ":", "\\", "é", "字", "{", "}"]
      .map { Array($0.utf8) } + [[0xC3], [0xA9], [0xE5, 0xAD]]
    var words: [[UInt8]?] = pieces.map { $0 }
    for _ in 0..<1200 {
      let length = random.below(8) == 0 ? 12 + random.below(30) : 1 + random.below(6)
      // Mostly letters, as in a vocabulary.
      words.append(
        (0..<length).flatMap { _ in
          pieces[random.below(random.below(5) == 0 ? pieces.count : 26)]
        })
    }
    let tokens = try TokenLanguage(example.make(), vocabulary: TokenVocabulary(texts: words))
    var allowedInAll = 0
    for _ in 0..<6 {
      var matcher = tokens.matcher()
      for _ in 0..<14 {
        let mask = try matcher.mask()
        for token in 0..<TokenID(words.count) {
          let isAllowed = try matcher.allows(token)
          #expect(mask[token] == isAllowed, "\(words[Int(token)] ?? [])")
        }
        allowedInAll += mask.count
        // One byte more often than not, so that walks get somewhere.
        let allowed = mask.tokens.filter { random.below(2) == 0 || words[Int($0)]?.count == 1 }
        guard !allowed.isEmpty else { break }
        #expect(try matcher.advance(by: allowed[random.below(allowed.count)]))
      }
    }
    #expect(allowedInAll > 1000)
  }

  /// Counts beyond a token's length share their masks; the last ones must not.
  @Test func longCountsEndWhereTheyShould() throws {
    let language = try FormalLanguage(regularExpression: "[ab]{3,50}c")
    var words = (1...40).map { [UInt8](repeating: UInt8(ascii: "a"), count: $0) }
    words.append(Array("c".utf8))
    words.append(Array("aac".utf8))
    let tokens = try TokenLanguage(language, vocabulary: TokenVocabulary(texts: words))
    for length in 0...50 {
      var matcher = tokens.matcher()
      for _ in 0..<length { #expect(try matcher.advance(by: 0)) }
      let mask = try matcher.mask()
      for count in 1...40 { #expect(mask[TokenID(count - 1)] == (length + count <= 50)) }
      #expect(mask[40] == (length >= 3))
      #expect(mask[41] == (length >= 1 && length <= 48))
    }
  }

  @Test func tokenTerminalsMatchTokensAndNotTheirSpelling() throws {
    let language = try FormalLanguage(
      grammar: "root ::= <think> !</think>{1,2} </think> \"ab\" <[3]>?")
    let words: [[UInt8]?] = [nil, nil, Array("a".utf8), Array("b".utf8), Array("ab".utf8), nil]
    let tokens = try TokenLanguage(
      language,
      vocabulary: TokenVocabulary(
        texts: words, spellings: ["<think>": 0, "</think>": 1], ends: [5]))
    var matcher = tokens.matcher()
    #expect(try matcher.mask().tokens == [0])
    #expect(try matcher.advance(by: 0))
    // Any token but the one: special ones too, but not those that end a sequence.
    #expect(try matcher.mask().tokens == [0, 2, 3, 4])
    #expect(try matcher.advance(by: 4))
    #expect(try matcher.mask().tokens == [0, 1, 2, 3, 4])
    #expect(try matcher.advance(by: 1))
    #expect(try matcher.mask().tokens == [2, 4])
    #expect(try matcher.expectation() == "“ab”")
    #expect(try matcher.advance(by: 4) && matcher.isComplete && matcher.canContinue)
    #expect(try matcher.mask().tokens == [3])
    #expect(try matcher.advance(by: 3) && matcher.isComplete && !matcher.canContinue)
    #expect(try matcher.mask().isEmpty)
    #expect(throws: ConstraintError.self) {
      try TokenLanguage(language, vocabulary: TokenVocabulary(texts: words))
    }
  }

  @Test func setsOfTokensAreSets() {
    var mask = TokenMask(vocabularyCount: 70)
    mask[0] = true
    mask[69] = true
    mask[70] = true
    mask[-1] = true
    #expect(mask.tokens == [0, 69] && mask.count == 2 && !mask[70] && !mask[-1])
    var other = TokenMask(vocabularyCount: 70)
    other[3] = true
    mask[0] = false
    mask.formUnion(other)
    #expect(mask.tokens == [3, 69])
  }
}
