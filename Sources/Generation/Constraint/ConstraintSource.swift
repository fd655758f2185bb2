public import Constraints
import JSON

/// What a text must be, as settings say it: a JSON schema, a grammar, a regular expression or a list of texts.
///
///     try ConstraintSource.regularExpression("[0-9]+").compile().language.contains("42")  // true
public enum ConstraintSource: Hashable, Sendable {
  /// JSON that the schema accepts. `isLenient`: what generation can't enforce of it is left out.
  case jsonSchema(String, whitespace: JSONWhitespace = .oneLine, isLenient: Bool = false)
  /// A text of a grammar in llama.cpp's GBNF.
  case grammar(String)
  /// A text that the expression, in RE2's syntax, matches as a whole.
  case regularExpression(String)
  /// One of these texts.
  case choices([String])

  /// A language, and the errors that a lenient reading passed over.
  public typealias Compiled = (language: FormalLanguage, ignored: [ConstraintError])

  /// The language of the texts that generation may write.
  ///
  /// - Parameter spellingTokens: whether token terminals of a grammar stand for their spelling, where there are no tokens.
  /// - Throws: `ConstraintError` where it is malformed, can't be enforced, or takes more than it may.
  public func compile(spellingTokens: Bool = false) throws(ConstraintError) -> Compiled {
    switch self {
    case .jsonSchema(let text, let whitespace, let isLenient):
      let schema = try JSONSchema(parsing: text)
      guard isLenient else { return (try schema.language(whitespace: whitespace), []) }
      return try schema.lenientLanguage(whitespace: whitespace)
    case .grammar(let text):
      return (try FormalLanguage(grammar: text, spellingTokens: spellingTokens), [])
    case .regularExpression(let pattern):
      return (try FormalLanguage(regularExpression: pattern), [])
    case .choices(let texts):
      return (try FormalLanguage(choices: texts), [])
    }
  }
}
