import ArgumentParser
import Constraints
import Decoding
import Generation

/// What texts must be: at most one of a JSON schema, a grammar, a regular expression, and a list of texts.
struct ConstraintOptions: ParsableArguments {
  @Option(setting: SettingCatalogue.jsonSchema) var jsonSchema: GivenSetting?
  @Option(setting: SettingCatalogue.grammar) var grammar: GivenSetting?
  @Option(setting: SettingCatalogue.grammarFile) var grammarFile: GivenSetting?
  @Option(setting: SettingCatalogue.regularExpression) var regex: GivenSetting?
  @Option(setting: SettingCatalogue.choices) var choice: [GivenSetting] = []
  @Option(setting: SettingCatalogue.jsonWhitespace) var jsonWhitespace: GivenSetting?
  @Flag(setting: SettingCatalogue.schemaLenient) var schemaLenient = false

  /// The constraint that was given, with the file that it comes from, or `nil` where none was.
  func source() throws(CommandFailure) -> (source: ConstraintSource, name: String, isFile: Bool)? {
    let parameters: Parameters
    do throws(SettingsError) {
      parameters = try SettingsResolver.resolve(flags: SettingsLayer(givenSettings)).settings
        .parameters
    } catch {
      throw .usage("\(error)")
    }
    guard let setting = parameters.constraintSetting else { return nil }
    guard let path = parameters.constraintFile else {
      return parameters.constraintSource.map { ($0, SettingSpelling.flag(of: setting), false) }
    }
    guard let text = String(validating: try FileIO.readFile(path), as: UTF8.self) else {
      throw .failure("\(path): is not UTF-8")
    }
    guard let source = parameters.readingConstraint(text)?.constraintSource else {
      throw .failure(
        setting == SettingCatalogue.jsonSchema.erased
          ? "\(path): holds no JSON schema, which is an object, true or false"
          : "\(path): holds no grammar: no rule with ::= stands in it")
    }
    return (source, path, true)
  }
}
