import Constraints
import JSON
import TestSupport
import Testing

@Suite struct JSONSchemas {
  /// Schema, texts that generation may write in compact form, and texts that it may not although all are JSON.
  struct Example: Sendable, CustomTestStringConvertible {
    let schema: String
    let written: [String]
    let refused: [String]

    init(_ schema: String, _ written: [String], not refused: [String]) {
      self.schema = schema
      self.written = written
      self.refused = refused
    }

    var testDescription: String { schema }
  }

  static let examples = [
    Example(
      #"{"type": "integer", "minimum": -3, "maximum": 12}"#, ["-3", "0", "9", "12"],
      not: ["-4", "13", "1.0", "-0", "01"]),
    Example(
      #"{"type": "number", "exclusiveMinimum": 0.5, "maximum": 20}"#,
      ["0.51", "1.50", "20", "20.0", "0.500001"], not: ["0.5", "0.50", "20.01", "1e1", "-1"]),
    Example(
      #"{"type": "integer", "multipleOf": 7}"#, ["0", "7", "-14", "700"], not: ["1", "15", "7.0"]),
    Example(
      #"{"multipleOf": 0.25, "type": "number"}"#, ["0.25", "1.5", "2", "-0.750", "2.00"],
      not: ["0.2", "0.255"]),
    Example(
      #"{"not": {"enum": [1, "a", null]}, "type": ["number", "string", "null"]}"#,
      ["2", "1.5", "\"b\"", "\"\""], not: ["1", "1.0", "\"a\"", "null"]),
    Example(
      #"{"type": "string", "minLength": 2, "maxLength": 3}"#,
      ["\"ab\"", "\"é😀x\"", "\"\\n\\u0001\""], not: ["\"a\"", "\"abcd\"", "\"\\u0061b\""]),
    Example(
      #"{"type": "string", "pattern": "^a+b$", "maxLength": 4}"#, ["\"ab\"", "\"aaab\""],
      not: ["\"b\"", "\"aaaab\"", "\"xab\""]),
    Example(
      #"{"type": "string", "format": "date"}"#, ["\"2024-02-29\"", "\"1999-12-31\""],
      not: ["\"2023-02-29\"", "\"1999-13-01\"", "\"\""]),
    Example(
      #"{"type": "string", "pattern": "\\d(?!x)\\w$"}"#, ["\"a1b\"", "\"11\""],
      not: ["\"1x\"", "\"1\""]),
    Example(
      #"{"type": "array", "prefixItems": [{"const": 1}], "items": {"type": "boolean"}, "maxItems": 3}"#,
      ["[]", "[1]", "[1,true,false]"], not: ["[2]", "[1,1]", "[1,true,true,true]"]),
    Example(
      #"{"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": true, "minItems": 2}"#,
      ["[1,2]", "[3,1,2]"], not: ["[1]", "[1,1]", "[1,2,1]", "[1,2,3,1]"]),
    Example(
      #"{"type": "array", "items": {"type": "string"}, "uniqueItems": true}"#,
      ["[\"a\",\"b\",\"\"]"], not: ["[\"a\",\"b\",\"a\"]"]),
    Example(
      #"{"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 10}, "minContains": 1, "maxContains": 2}"#,
      ["[10]", "[1,20,3,30]"], not: ["[]", "[1]", "[10,11,12]"]),
    Example(
      #"{"type": "object", "properties": {"a": {"type": "null"}, "b": {}}, "required": ["b"], "additionalProperties": false}"#,
      ["{\"b\":1}", "{\"a\":null,\"b\":[{}]}"],
      not: ["{}", "{\"a\":null}", "{\"b\":1,\"a\":null}", "{\"b\":1,\"c\":1}"]),
    Example(
      #"{"type": "object", "properties": {"a": {"const": 1}}, "additionalProperties": {"const": 2}}"#,
      ["{}", "{\"a\":1}", "{\"a\":1,\"b\":2,\"c\":2}", "{\"\\\"\":2}"],
      not: ["{\"a\":2}", "{\"b\":2,\"b\":2}", "{\"b\":2,\"a\":1}"]),
    Example(
      #"{"type": "object", "patternProperties": {"^x": {"const": 1}, "y$": {"type": "integer"}}, "additionalProperties": false, "minProperties": 1}"#,
      ["{\"x\":1}", "{\"y\":5,\"xy\":1}"], not: ["{}", "{\"xy\":2}", "{\"z\":1}"]),
    Example(
      #"{"type": "object", "propertyNames": {"maxLength": 1}, "maxProperties": 2, "additionalProperties": {"const": 0}}"#,
      ["{\"a\":0,\"b\":0}"], not: ["{\"ab\":0}", "{\"a\":0,\"b\":0,\"c\":0}"]),
    Example(
      #"{"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}, "dependentRequired": {"a": ["c"], "c": ["b"]}, "additionalProperties": false}"#,
      ["{}", "{\"b\":2}", "{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":2,\"c\":3}"],
      not: ["{\"a\":1}", "{\"a\":1,\"c\":3}", "{\"c\":3}", "{\"a\":1,\"b\":2}"]),
    Example(
      #"{"oneOf": [{"type": "integer"}, {"minimum": 2}], "type": "number"}"#, ["1", "2.5", "-7"],
      not: ["2", "3", "1.5"]),
    Example(
      #"{"oneOf": [{"properties": {"k": {"const": "a"}, "d": {"format": "date"}}, "required": ["k"]}, {"properties": {"k": {"const": "b"}}, "required": ["k"]}], "type": "object", "additionalProperties": true}"#,
      ["{\"k\":\"a\",\"d\":\"2024-01-01\"}", "{\"k\":\"b\",\"d\":\"x\"}"],
      not: ["{\"k\":\"c\"}", "{}"]),
    Example(#"{"oneOf": [{"format": "date"}, {"format": "time"}], "type": "string"}"#, [], not: []),
    Example(
      #"{"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"required": ["b"]}, "else": {"maxProperties": 1}, "type": "object", "properties": {"a": {}, "b": {}}}"#,
      ["{\"a\":1,\"b\":2}", "{\"b\":2}", "{\"a\":2}"], not: ["{\"a\":1}", "{\"a\":2,\"b\":2}"]),
    Example(
      #"{"not": {"additionalProperties": {"type": "string"}}, "type": "object", "maxProperties": 2}"#,
      ["{\"a\":1}", "{\"a\":\"x\",\"b\":2}"], not: ["{}", "{\"a\":\"x\"}"]),
    Example(
      ##"{"$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}, "maxItems": 2}}, "$ref": "#/$defs/t"}"##,
      ["[]", "[[],[[]]]"], not: ["[[],[],[]]", "[1]"]),
    Example(
      #"{"allOf": [{"properties": {"a": {"minimum": 1}}}, {"properties": {"a": {"maximum": 2}, "b": {}}}], "unevaluatedProperties": false, "type": "object", "required": ["a"]}"#,
      ["{\"a\":1.5}", "{\"a\":2,\"b\":{}}"], not: ["{\"a\":3}", "{\"a\":1,\"c\":1}"]),
    Example(
      #"{"const": {"b": [1, {"x": null}], "a": "é\n"}}"#,
      ["{\"b\":[1,{\"x\":null}],\"a\":\"é\\n\"}"], not: ["{\"a\":\"é\\n\",\"b\":[1,{\"x\":null}]}"]),
    Example(
      #"{"enum": ["red", 3, [1, 2], {"a": 1}, true]}"#,
      ["\"red\"", "3", "[1,2]", "{\"a\":1}", "true"], not: ["false", "\"re\"", "[1]", "{}"]),
  ]

  @Test(arguments: examples) func areWrittenAsTheyMean(_ example: Example) throws {
    let schema = try JSONSchema(parsing: example.schema)
    guard !example.written.isEmpty else {
      #expect(throws: ConstraintError.empty(reason: "JSON schema: no value satisfies it")) {
        try schema.language()
      }
      return
    }
    let language = try schema.language(whitespace: .compact)
    for text in example.written {
      #expect(try language.contains(text), "\(text) is not written")
      let violation = try schema.violation(in: JSONValue(parsing: Array(text.utf8)))
      #expect(violation == nil, "\(text)")
    }
    for text in example.refused { #expect(try !language.contains(text), "\(text) is written") }
  }

  /// By chance, in every layout: what is written is valid.
  @Test(arguments: JSONWhitespace.allCases)
  func randomTextsAreValid(_ whitespace: JSONWhitespace) throws {
    var random = SplitMix64(seed: 11)
    for example in Self.examples where !example.written.isEmpty {
      let schema = try JSONSchema(parsing: example.schema)
      let language = try schema.language(whitespace: whitespace)
      for _ in 0..<2 {
        guard
          let text = try RandomText.make(in: language, with: &random, windingUpAfter: 40)
        else { continue }
        let violation = try schema.violation(in: JSONValue(parsing: text))
        #expect(violation == nil, "\(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  @Test func layoutsAreWhatTheySay() throws {
    let schema = try JSONSchema(
      parsing: #"{"const": {"a": [1, {"b": null}], "c": [], "d": {}}}"#)
    let layouts: [(JSONWhitespace, String)] = [
      (.compact, #"{"a":[1,{"b":null}],"c":[],"d":{}}"#),
      (.oneLine, #"{"a": [1, {"b": null}], "c": [], "d": {}}"#),
      (
        .indented,
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}"
      ),
      (.flexible, "{ \"a\" :\n\t[1 ,{\"b\":null\n  }] , \"c\":[ ],\"d\":{\n} }"),
    ]
    for (whitespace, text) in layouts {
      let language = try schema.language(whitespace: whitespace)
      #expect(try language.contains(text), "\(whitespace)")
      for (other, otherText) in layouts where other != whitespace && whitespace != .flexible {
        #expect(try !language.contains(otherText), "\(whitespace) accepts \(other)")
      }
    }
    // The layout is all that is forced, so all of the text is.
    let forced = try schema.language(whitespace: .indented).matcher().forcedBytes()
    #expect(forced == Array(layouts[2].1.utf8))
    let flexible = try schema.language(whitespace: .flexible)
    #expect(try !flexible.contains("{\n\n\"a\":[1,{\"b\":null}],\"c\":[],\"d\":{}}"))
    #expect(try !flexible.contains("{   \"a\":[1,{\"b\":null}],\"c\":[],\"d\":{}}"))
  }

  @Test(arguments: [
    (#"{"properties": {"a": {"uniqueItems": true}}}"#, "/properties/a/uniqueItems"),
    (#"{"format": "idn-email"}"#, "/format"), (#"{"minLenght": 3}"#, "/minLenght"),
    (#"{"multipleOf": 123456}"#, "/multipleOf"), (#"{"pattern": "(a)\\1"}"#, "/pattern"),
    (#"{"unevaluatedProperties": false, "anyOf": [{}, {}]}"#, "/unevaluatedProperties"),
    (#"{"items": {"not": {"uniqueItems": true}}}"#, "/items/not/uniqueItems"),
    (#"{"patternProperties": {"(?<=a)": {}}}"#, "/patternProperties"),
    (#"{"properties": {"a/b~": {"requried": ["x"]}}}"#, "/properties/a~1b~0/requried"),
    (#"{"maxlength": 3}"#, "/maxlength"), (#"{"divisibleBy": 3}"#, "/divisibleBy"),
    (#"{"not": {"propertes": {}}}"#, "/not/propertes"),
    (##"{"properties": {"a": {"$recursiveRef": "#"}}}"##, "/properties/a/$recursiveRef"),
    (
      #"{"$schema": "http://json-schema.org/draft-07/schema#", "unevaluatedProperties": false}"#,
      "/unevaluatedProperties"
    ), (#"{"prefixItems": [{}], "additionalItems": false}"#, "/additionalItems"),
    (#"{"id": "a", "properties": {"b": {"id": "b"}}}"#, "/properties/b/id"),
    (##"{"allOf": [{"$ref": "#"}]}"##, ""),
  ])
  func whatCannotBeEnforcedIsRefusedWithItsPointer(_ text: String, _ pointer: String) throws {
    let schema = try JSONSchema(parsing: text)
    do {
      _ = try schema.language()
      Issue.record("\(text) compiles")
    } catch ConstraintError.unsupported(let place, _) {
      #expect(place == pointer)
    } catch {
      Issue.record("\(error)")
    }
  }

  /// What the specification says of keywords that it does not know.
  @Test func keywordsOfEditorsAreNotes() throws {
    let plain = """
      {"type": "object", "properties": {"id": {"type": "integer"}}, "additionalProperties": false}
      """
    let noted = """
      {"type": "object", "markdownDescription": "*a*", "fileMatch": ["x"], "x-order": 3, "id": "a",
       "deprecationMessage": "", "discriminator": {"propertyName": "id"}, "if-you": 1,
       "properties": {"id": {"type": "integer", "example": 3, "enumDescriptions": ["a"], "a/b~": {"minLenght": 1}}},
       "additionalProperties": false}
      """
    for text in [plain, noted] {
      let language = try JSONSchema(parsing: text).language(whitespace: .compact)
      #expect(try language.contains(#"{"id":7}"#), "\(text)")
      #expect(try !language.contains(#"{"id":"7"}"#), "\(text)")
      #expect(try !language.contains(#"{"a":7}"#), "\(text)")
    }
  }

  @Test func lenientCompilationListsWhatItLeavesOut() throws {
    let schema = try JSONSchema(
      parsing: #"{"type": "string", "format": "idn-email", "minlength": 1, "maxLength": 3}"#)
    let (language, ignored) = try schema.lenientLanguage(whitespace: .compact)
    #expect(ignored.map(\.description).sorted().map { $0.contains("#/format") } == [true, false])
    #expect(ignored.count == 2)
    #expect(try language.contains("\"abc\"") && !language.contains("\"abcd\""))
  }

  @Test(arguments: [
    (#"{"type": "strin"}"#, "/type", "“strin” is no type"),
    (#"{"properties": {"a": 3}}"#, "/properties/a", "not a number"),
    (#"{"minLength": -1}"#, "/minLength", "0 or above"),
    (#"{"required": "a"}"#, "/required", "must be a list"),
    (##"{"$ref": "#/$defs/x"}"##, "/$ref", "leads nowhere"),
    (#"{"$ref": "https://example.com/x"}"#, "/$ref", "not at hand"),
    (#"{"multipleOf": 0}"#, "/multipleOf", "above 0"),
    (#"{"anyOf": []}"#, "/anyOf", "at least one"),
    (#"{"exclusiveMinimum": true}"#, "/exclusiveMinimum", "must be a number"),
    ("[]", "", "a schema is an object"), ("{", "", "is not JSON"),
  ])
  func malformedSchemasAreRefusedWithTheirPointer(
    _ text: String, _ pointer: String, _ why: String
  ) {
    do {
      _ = try JSONSchema(parsing: text)
      Issue.record("\(text) is accepted")
    } catch ConstraintError.schema(let place, let reason) {
      #expect(place == pointer && reason.contains(why), "\(place): \(reason)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func formatsAreNotesUnlessAsserted() throws {
    let text = #"{"type": "string", "format": "ipv4"}"#
    #expect(try JSONSchema(parsing: text).violation(in: .string("x")) == nil)
    let strict = try JSONSchema(parsing: text, assertsFormats: true)
    #expect(try strict.violation(in: .string("x"))?.schema == "/format")
    #expect(try strict.violation(in: .string("127.0.0.1")) == nil)
  }

  @Test func violationsHaveTheirPlaces() throws {
    let schema = try JSONSchema(
      parsing: #"{"properties": {"a/b": {"items": {"minimum": 3}}}}"#)
    let violation = try schema.violation(in: JSONValue(parsing: Array(#"{"a/b": [4, 2]}"#.utf8)))
    #expect(violation?.path == "/a~1b/1")
    #expect(violation?.schema == "/properties/a~1b/items/minimum")
    #expect(
      violation?.description == "/a~1b/1: is below the minimum (#/properties/a~1b/items/minimum)")
  }
}
