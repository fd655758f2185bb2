public import Decoding

extension Parameters {
  /// The setting that is a constraint, where one is on.
  public var constraintSetting: AnyParameter? {
    if jsonSchema != nil { return SettingCatalogue.jsonSchema.erased }
    if grammar != nil { return SettingCatalogue.grammar.erased }
    if grammarFile != nil { return SettingCatalogue.grammarFile.erased }
    if regularExpression != nil { return SettingCatalogue.regularExpression.erased }
    return choices.isEmpty ? nil : SettingCatalogue.choices.erased
  }

  /// What the text must be; `nil` without a constraint, and where ``constraintFile`` is yet to be read.
  public var constraintSource: ConstraintSource? {
    guard constraintFile == nil else { return nil }
    if let jsonSchema {
      return .jsonSchema(jsonSchema, whitespace: jsonWhitespace, isLenient: isSchemaLenient)
    }
    if let grammar { return .grammar(grammar) }
    if let regularExpression { return .regularExpression(regularExpression) }
    return choices.isEmpty ? nil : .choices(choices)
  }

  /// The path of the file that holds the constraint, where it isn't written out.
  public var constraintFile: String? {
    if let jsonSchema { return Self.isSchema(jsonSchema) ? nil : jsonSchema }
    if let grammar { return grammar.contains("::=") ? nil : grammar }
    return grammarFile
  }

  /// The parameters with what ``constraintFile`` holds in its place; `nil` where that is neither a schema nor a grammar,
  /// as the setting asks.
  public func readingConstraint(_ text: String) -> Parameters? {
    var parameters = self
    if jsonSchema != nil {
      var schema = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      while schema.last?.isWhitespace == true { schema.removeLast() }
      parameters.jsonSchema = String(schema)
    } else {
      parameters.grammar = text
      parameters.grammarFile = nil
    }
    return parameters.constraintFile == nil ? parameters : nil
  }

  /// Whether a value of `json_schema` is a schema, and not a path.
  private static func isSchema(_ text: String) -> Bool {
    text.hasPrefix("{") || text == "true" || text == "false"
  }
}
