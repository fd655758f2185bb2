public import JSON

/// A JSON schema of draft 2020-12 or draft 7: it judges values, and compiles to the language of the texts that
/// generation may write.
///
/// ```swift
/// let schema = try JSONSchema(parsing: #"{"type": "object", "required": ["name"]}"#)
/// try schema.violation(in: .object([]))?.reason    // the member “name” is missing
/// let language = try schema.language()             // texts such as {"name": null}
/// ```
///
/// Both mean what the specification means: `additionalProperties` is true by default, `1.0` is an integer, `format` is a
/// note unless `assertsFormats` is set. Generation writes less than is valid, never more: see <doc:JSONSchemas>.
public struct JSONSchema: Sendable {
  let graph: SchemaGraph
  let patterns: SchemaPatterns
  let limits: ConstraintLimits

  /// Reads a schema.
  ///
  /// - Parameters:
  ///   - value: the schema.
  ///   - references: other documents that it may refer to, by their URI. Nothing is fetched.
  ///   - dialect: the draft of documents that don't say theirs by `$schema`.
  ///   - assertsFormats: whether a value that is not of its `format` is invalid.
  /// - Throws: ``ConstraintError/schema(pointer:reason:)`` where it is malformed or a reference leads nowhere,
  ///   ``ConstraintError/unsupported(pointer:reason:)`` for another draft.
  public init(
    _ value: JSONValue, references: [String: JSONValue] = [:],
    dialect: JSONSchemaDialect = .draft2020, assertsFormats: Bool = false,
    limits: ConstraintLimits = ConstraintLimits()
  ) throws(ConstraintError) {
    graph = try SchemaParser.parse(
      value, references: references, dialect: dialect, limits: limits)
    patterns = SchemaPatterns(assertsFormats: assertsFormats, limits: limits)
    self.limits = limits
  }

  /// Reads a schema from its text.
  ///
  /// - Throws: as ``init(_:references:dialect:assertsFormats:limits:)``, and where the text is not JSON.
  public init(
    parsing text: String, references: [String: JSONValue] = [:],
    dialect: JSONSchemaDialect = .draft2020, assertsFormats: Bool = false,
    limits: ConstraintLimits = ConstraintLimits()
  ) throws(ConstraintError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(text.utf8))
    } catch {
      throw .schema(pointer: "", reason: "is not JSON: \(error)")
    }
    try self.init(
      value, references: references, dialect: dialect, assertsFormats: assertsFormats,
      limits: limits)
  }

  /// Why a value is not valid.
  public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// The JSON pointer of the part at fault.
    public let path: String
    /// The JSON pointer of the keyword that refuses it.
    public let schema: String
    /// What is wrong.
    public let reason: String

    /// The place, the reason and the keyword.
    public var description: String {
      "\(path.isEmpty ? "the value" : path): \(reason) (#\(schema))"
    }
  }

  /// What makes `value` invalid, or `nil` where it is valid. Of several faults, one.
  ///
  /// The value is judged whole: any order of members, any spelling of numbers.
  ///
  /// - Throws: ``ConstraintError/unsupported(pointer:reason:)`` where a pattern is not regular,
  ///   ``ConstraintError/schema(pointer:reason:)`` where references lead in a circle, or
  ///   ``ConstraintError/limit(reason:)``.
  public func violation(in value: JSONValue) throws(ConstraintError) -> Violation? {
    guard let value = SchemaValue(value) else {
      return Violation(path: "", schema: "", reason: "holds a number that is not finite")
    }
    var evaluator = SchemaEvaluator(graph, patterns: patterns)
    guard try evaluator.evaluate(value, graph.root) == nil else { return nil }
    return evaluator.violation
      ?? Violation(path: "", schema: graph[graph.root].pointer, reason: "is not valid")
  }
}

extension JSONSchema {
  /// The texts that generation may write: JSON that the schema accepts, in one order of members and one spelling of
  /// strings.
  ///
  /// Members come in the order of `properties`, then those that are only required, then others; no key twice. Strings are
  /// written with the shortest escapes and only where JSON asks for them, integers without a point, and numbers under a
  /// constraint without an exponent. `format` is kept to. See <doc:JSONSchemas> for each keyword.
  ///
  /// - Throws: ``ConstraintError/unsupported(pointer:reason:)`` with the JSON pointer of a keyword that can't be enforced,
  ///   ``ConstraintError/empty(reason:)`` where no value is valid, or ``ConstraintError/limit(reason:)``.
  public func language(
    whitespace: JSONWhitespace = .oneLine
  ) throws(ConstraintError) -> FormalLanguage {
    try SchemaCompiler.compile(self, whitespace: whitespace, isLenient: false).language
  }

  /// As ``language(whitespace:)``, but keywords that can't be enforced are left out and told, not refused. What is written
  /// may not be valid then.
  public func lenientLanguage(
    whitespace: JSONWhitespace = .oneLine
  ) throws(ConstraintError) -> (language: FormalLanguage, ignored: [ConstraintError]) {
    try SchemaCompiler.compile(self, whitespace: whitespace, isLenient: true)
  }
}
