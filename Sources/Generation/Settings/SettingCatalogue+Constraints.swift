public import Constraints
public import Decoding
import JSON

extension SettingCatalogue {
  // MARK: - Constraints

  /// `json_schema`
  public static let jsonSchema = Parameter<String?>(
    "json_schema", .text, neutral: nil, spelled: .null,
    "a JSON schema, or the path of a file that holds one",
    help: "The text is JSON that this schema accepts: a file, or a schema written out, which begins"
      + " with { or is true or false.",
    flag: ParameterFlag("json-schema", letter: "j", valueName: "file|json"), isYoung: true
  ) { value in
    switch value {
    case .text(let text) where !text.isEmpty: .some(text)
    case .mapping, .bool: .some(JSONValue(value).text)
    default: nil
    }
  }

  /// `grammar`
  public static let grammar = Parameter<String?>(
    "grammar", .text, neutral: nil, spelled: .null,
    "a grammar, or the path of a file that holds one",
    help: "The text is in the language of this grammar in llama.cpp's GBNF: a file, or a grammar"
      + " written out, which holds ::=.",
    flag: ParameterFlag("grammar", valueName: "file|text"), isYoung: true, read: text)

  /// `grammar_file`
  public static let grammarFile = Parameter<String?>(
    "grammar_file", .text, neutral: nil, spelled: .null, "the path of a file",
    help: "The text is in the language of the grammar in this file.",
    flag: ParameterFlag("grammar-file", valueName: "file"), isYoung: true, read: text)

  /// `regex`
  public static let regularExpression = Parameter<String?>(
    "regex", .text, neutral: nil, spelled: .null, "a regular expression",
    help: "This regular expression, in RE2's syntax, matches the whole text.",
    flag: ParameterFlag("regex", valueName: "pattern"), isYoung: true, read: text)

  /// `choice`
  public static let choices = Parameter<[String]>.texts(
    "choice", help: "The text is this one, or another that is given so. Repeatable.",
    flag: ParameterFlag("choice", valueName: "text"), isYoung: true)

  /// `json_whitespace`
  public static let jsonWhitespace = Parameter<JSONWhitespace>.choice(
    "json_whitespace", neutral: .oneLine,
    help:
      "White space that generated JSON is written with: compact, one-line, indented or flexible.",
    valueName: "kind", needs: [jsonSchema.erased], isYoung: true)

  /// `schema_lenient`
  public static let schemaLenient = Parameter<Bool>.truth(
    "schema_lenient",
    help: "Leaves out keywords of a JSON schema that can't be enforced, and lists them on standard"
      + " error.",
    needs: [jsonSchema.erased], isYoung: true)

  /// `constrain_after`
  public static let constrainAfter = Parameter<String?>(
    "constrain_after", .text, neutral: nil, spelled: .null, "a text",
    help: "The constraint begins after this text, such as </think>; what stands before is free.",
    flag: ParameterFlag("constrain-after", valueName: "text"), needs: constraintSources,
    isYoung: true, read: text)

  /// The settings of which each is a constraint.
  public static let constraintSources: [AnyParameter] = [
    jsonSchema.erased, grammar.erased, grammarFile.erased, regularExpression.erased,
    choices.erased,
  ]

  static let constraints: [AnyParameter] =
    constraintSources + [jsonWhitespace.erased, schemaLenient.erased, constrainAfter.erased]

  /// A text that isn't empty.
  private static let text: @Sendable (ParameterValue) -> String?? = { value in
    if case .text(let text) = value, !text.isEmpty { .some(text) } else { nil }
  }
}

extension Parameters {
  /// A JSON schema that the text satisfies (`json_schema`), written out or as the path of a file; what begins with `{` or is
  /// `true` or `false` is a schema.
  public var jsonSchema: String? {
    get { self[SettingCatalogue.jsonSchema] }
    set { self[SettingCatalogue.jsonSchema] = newValue }
  }

  /// A grammar that derives the text (`grammar`), written out or as the path of a file; what holds `::=` is a grammar.
  public var grammar: String? {
    get { self[SettingCatalogue.grammar] }
    set { self[SettingCatalogue.grammar] = newValue }
  }

  /// The path of a file that holds a grammar which derives the text (`grammar_file`).
  public var grammarFile: String? {
    get { self[SettingCatalogue.grammarFile] }
    set { self[SettingCatalogue.grammarFile] = newValue }
  }

  /// A regular expression that matches the whole text (`regex`).
  public var regularExpression: String? {
    get { self[SettingCatalogue.regularExpression] }
    set { self[SettingCatalogue.regularExpression] = newValue }
  }

  /// The texts of which the text is one (`choice`); empty is off.
  public var choices: [String] {
    get { self[SettingCatalogue.choices] }
    set { self[SettingCatalogue.choices] = newValue }
  }

  /// The white space of JSON that is generated under a schema (`json_whitespace`).
  public var jsonWhitespace: JSONWhitespace {
    get { self[SettingCatalogue.jsonWhitespace] }
    set { self[SettingCatalogue.jsonWhitespace] = newValue }
  }

  /// Whether keywords of a schema that can't be enforced are left out (`schema_lenient`).
  public var isSchemaLenient: Bool {
    get { self[SettingCatalogue.schemaLenient] }
    set { self[SettingCatalogue.schemaLenient] = newValue }
  }

  /// The text after which the constraint begins (`constrain_after`); `nil`: at the first token.
  public var constrainAfter: String? {
    get { self[SettingCatalogue.constrainAfter] }
    set { self[SettingCatalogue.constrainAfter] = newValue }
  }
}
