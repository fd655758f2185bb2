import TestSupport
import Testing

/// `decode validate`: what it says of texts, and its exit codes.
@Suite struct ValidateCommandTests {
  private static let schema = """
    {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name"]}
    """

  @Test func valuesAreJudgedInAnyOrderAndLayout() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let texts = [
      #"{"name": "x", "age": 3}"# + "\n", #"{ "age":3,"name":"x"}"#, #"{"name": "x", "age": "3"}"#,
      #"{"name" 3}"#,
    ]
    let paths = try texts.enumerated().map { try directory.write($1.utf8, to: "\($0).json") }
    let result = try DecodeProcess.run(["validate", "-j", Self.schema] + paths)
    #expect(
      result.output == """
        \(paths[0]): accepted
        \(paths[1]): accepted, not as generated: byte 1: “"name": ” could have stood there
        \(paths[2]): /age: must be integer, not string (#/properties/age/type)
        \(paths[3]): byte 8: “:” should be here

        """)
    #expect(result.code == 1 && result.errors.contains("2 of 4 texts are not accepted"))
    #expect(try DecodeProcess.run(["validate", "-j", Self.schema, paths[1]]).code == 0)
  }

  @Test func linesAreJudgedEach() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = try directory.write("1+2\r\n1+\n(1\n\n".utf8, to: "sums.txt")
    let grammar = "root ::= t (\"+\" t)*\nt ::= [0-9]+ | \"(\" root \")\""
    let result = try DecodeProcess.run(["validate", "--grammar", grammar, "--lines", path])
    #expect(
      result.output == """
        \(path):1: accepted
        \(path):2: byte 2, the end: “(” or one of “0-9” should follow
        \(path):3: byte 2, the end: “)”, “+” or one of “0-9” should follow
        \(path):4: byte 0, the end: “(” or one of “0-9” should follow

        """)
    #expect(result.code == 1)
  }

  @Test func expressionsAndChoicesMatchAsAWhole() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let paths = [
      try directory.write("yes\n".utf8, to: "yes.txt"),
      try directory.write("yess".utf8, to: "yess.txt"),
    ]
    for arguments in [["--regex", "y(es|o)"], ["--choice", "yo", "--choice", "yes"]] {
      #expect(try DecodeProcess.run(["validate"] + arguments + [paths[0]]).code == 0)
      let result = try DecodeProcess.run(["validate"] + arguments + [paths[1]])
      #expect(result.code == 1)
      #expect(result.output == "\(paths[1]): byte 3: the end could have stood there\n")
    }
  }

  @Test func keywordsThatGenerationCannotEnforceAreTold() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = try directory.write("[1, {}]".utf8, to: "a.json")
    let schema = #"{"items": {"uniqueItems": true}}"#
    let strict = try DecodeProcess.run(["validate", "-j", schema, path])
    #expect(strict.code == 0 && strict.output == "\(path): accepted\n")
    #expect(strict.errors.contains("generation under this schema is refused"))
    #expect(strict.errors.contains("#/items/uniqueItems"))
    let lenient = try DecodeProcess.run(["validate", "-j", schema, "--schema-lenient", path])
    #expect(
      lenient.code == 0 && lenient.errors.contains("left out: JSON schema: #/items/uniqueItems"))
  }

  @Test(arguments: [
    (["x"], "there is no constraint"),
    (["--regex", "a", "--choice", "b", "x"], "give one of them"),
    (["--regex", "a(", "x"], "--regex: regular expression “a(”: byte 1: a “(” without its “)”"),
    (["--grammar", "root ::= x", "x"], "--grammar: grammar: line 1, column 10: the rule “x”"),
    (["-j", #"{"items": 3}"#, "x"], "#/items: a schema is an object, true or false, not a number"),
    (["-j", "{", "x"], "--json-schema: JSON schema: #: is not JSON: byte 1"),
    (["--choice", "a"], "files"),
    (["--choice", "a", "--schema-lenient", "x"], "has no effect without json_schema"),
  ])
  func wrongArgumentsAreRefused(_ arguments: [String], _ message: String) throws {
    let result = try DecodeProcess.run(["validate"] + arguments)
    #expect(result.code == 64 && result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func filesThatAreNotThereAreNamed() throws {
    let result = try DecodeProcess.run(["validate", "--choice", "a", "/nowhere/at/all"])
    #expect(result.code == 1 && result.errors.contains("/nowhere/at/all: can't be opened"))
  }
}
