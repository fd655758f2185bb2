import ArgumentParser
import Constraints
import JSON

/// What texts must be: at most one of a JSON schema, a grammar, a regular expression, and a list of texts.
struct ConstraintOptions: ParsableArguments {
  @Option(
    name: [.customShort("j"), .long],
    help: ArgumentHelp(
      "A JSON schema, as a file or written out: what begins with { or is true or false is a schema.",
      valueName: "file|json"))
  var jsonSchema: String?

  @Option(
    help: ArgumentHelp(
      "A grammar in llama.cpp's GBNF, as a file or written out: what holds ::= is a grammar.",
      valueName: "file|text"))
  var grammar: String?

  @Option(
    help: ArgumentHelp("A grammar, always from a file.", valueName: "file"), completion: .file())
  var grammarFile: String?

  @Option(
    help: ArgumentHelp(
      "A regular expression in RE2's syntax; the whole text must match.", valueName: "pattern"))
  var regex: String?

  @Option(
    help: ArgumentHelp("A text that is allowed; give it again for others.", valueName: "text"))
  var choice: [String] = []

  @Flag(help: "Leaves out schema keywords that generation can't enforce, and lists them on stderr.")
  var schemaLenient = false

  @Option(
    help: ArgumentHelp(
      "The white space of generated JSON: compact, one-line, indented or flexible. (default: one-line)",
      valueName: "kind"))
  var jsonWhitespace: JSONWhitespace?

  /// A constraint, compiled as far as all uses of it have in common.
  enum Constraint {
    case jsonSchema(JSONSchema)
    case language(FormalLanguage)
  }

  /// The constraint that was given, or `nil` where none was.
  ///
  /// - Parameter spellingTokens: whether token terminals of a grammar stand for their spelling.
  func constraint(spellingTokens: Bool) throws(CommandFailure) -> Constraint? {
    let sources: [(name: String, isGiven: Bool)] = [
      ("--json-schema", jsonSchema != nil), ("--grammar", grammar != nil),
      ("--grammar-file", grammarFile != nil), ("--regex", regex != nil),
      ("--choice", !choice.isEmpty),
    ]
    let given = sources.filter(\.isGiven).map(\.name)
    guard given.count < 2 else {
      throw .usage("\(given.joined(separator: " and ")) each give a constraint; give one of them")
    }
    guard jsonSchema != nil || !(schemaLenient || jsonWhitespace != nil) else {
      let option = schemaLenient ? "--schema-lenient" : "--json-whitespace"
      throw .usage("\(option) has no effect without --json-schema; give that too, or leave it out")
    }
    if let jsonSchema { return .jsonSchema(try Self.schema(jsonSchema)) }
    do {
      if let text = try grammarText() {
        return .language(try FormalLanguage(grammar: text, spellingTokens: spellingTokens))
      }
      if let regex { return .language(try FormalLanguage(regularExpression: regex)) }
      return choice.isEmpty ? nil : .language(try FormalLanguage(choices: choice))
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw .usage("\(given.first ?? ""): \(error)")
    }
  }

  private func grammarText() throws(CommandFailure) -> String? {
    if let grammar, grammar.contains("::=") { return grammar }
    guard let path = grammarFile ?? grammar else { return nil }
    guard let text = String(validating: try FileIO.readFile(path), as: UTF8.self) else {
      throw .failure("\(path): is not UTF-8")
    }
    return text
  }

  private static func schema(_ value: String) throws(CommandFailure) -> JSONSchema {
    let isText = value == "true" || value == "false" || value.hasPrefix("{")
    let bytes = isText ? Array(value.utf8) : try FileIO.readFile(value)
    let name = isText ? "--json-schema" : value
    do {
      return try JSONSchema(JSONValue(parsing: bytes))
    } catch {
      throw isText ? .usage("\(name): \(error)") : .failure("\(name): \(error)")
    }
  }
}
