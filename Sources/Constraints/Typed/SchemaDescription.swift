public import JSON

/// A JSON schema in the making: what values of a Swift type look like as JSON.
///
/// ```swift
/// let recipe = SchemaDescription.object([
///   "title": .string(length: 1...60),
///   "servings": .integer(1...12),
///   "steps": .array(of: .string(), count: 1...8),
///   "note": .string().optional,
/// ])
/// ```
///
/// Objects have the members that are named and no others, in that order.
public struct SchemaDescription: Hashable, Sendable {
  /// The schema.
  public let json: JSONValue
  /// Whether a member of that description may be missing.
  public let isOptional: Bool

  private init(_ json: JSONValue, isOptional: Bool) {
    self.json = json
    self.isOptional = isOptional
  }

  /// Any JSON schema of draft 2020-12, written by hand.
  public init(_ json: JSONValue) { self.init(json, isOptional: false) }

  private init(_ type: String, _ keywords: [JSONMember?] = []) {
    self.init(.object([JSONMember("type", .string(type))] + keywords.compactMap(\.self)))
  }

  // MARK: - Scalars

  /// A text.
  ///
  /// - Parameters:
  ///   - length: how many Unicode scalars it has.
  ///   - pattern: an expression in ECMA-262's syntax that matches somewhere in it.
  ///   - format: a format that generation keeps to, such as `date` or `email`: see <doc:JSONSchemas>.
  public static func string(
    length: ClosedRange<Int>? = nil, pattern: String? = nil, format: String? = nil
  ) -> SchemaDescription {
    SchemaDescription(
      "string",
      [
        length.flatMap {
          $0.lowerBound > 0 ? JSONMember("minLength", .integer($0.lowerBound)) : nil
        },
        length.map { JSONMember("maxLength", .integer($0.upperBound)) },
        pattern.map { JSONMember("pattern", .string($0)) },
        format.map { JSONMember("format", .string($0)) },
      ])
  }

  /// One of some texts.
  public static func string(oneOf texts: [String]) -> SchemaDescription {
    SchemaDescription(.object([JSONMember("enum", .array(texts.map { .string($0) }))]))
  }

  /// A whole number; by default any that an `Int` holds.
  public static func integer(_ range: ClosedRange<Int> = .min ... .max) -> SchemaDescription {
    SchemaDescription(
      "integer",
      [
        JSONMember("minimum", .integer(range.lowerBound)),
        JSONMember("maximum", .integer(range.upperBound)),
      ])
  }

  /// A number.
  public static func number(_ range: ClosedRange<Double>? = nil) -> SchemaDescription {
    SchemaDescription(
      "number",
      [
        range.map { JSONMember("minimum", .number($0.lowerBound)) },
        range.map { JSONMember("maximum", .number($0.upperBound)) },
      ])
  }

  /// `true` or `false`.
  public static let boolean = SchemaDescription("boolean")

  // MARK: - Parts

  /// A list.
  ///
  /// - Parameter count: how many items it has.
  public static func array(
    of item: SchemaDescription, count: ClosedRange<Int>? = nil
  ) -> SchemaDescription {
    SchemaDescription(
      "array",
      [
        JSONMember("items", item.json),
        count.map { JSONMember("minItems", .integer($0.lowerBound)) },
        count.map { JSONMember("maxItems", .integer($0.upperBound)) },
      ])
  }

  /// An object with these members, in this order, and no others. Those that are ``optional`` may be missing.
  public static func object(
    _ members: KeyValuePairs<String, SchemaDescription>
  ) -> SchemaDescription {
    SchemaDescription(
      "object",
      [
        JSONMember("properties", .object(members.map { JSONMember($0.key, $0.value.json) })),
        JSONMember(
          "required", .array(members.filter { !$0.value.isOptional }.map { .string($0.key) })),
        JSONMember("additionalProperties", .bool(false)),
      ])
  }

  /// An object with members of any name.
  public static func dictionary(of value: SchemaDescription) -> SchemaDescription {
    SchemaDescription("object", [JSONMember("additionalProperties", value.json)])
  }

  /// Any of some kinds of values.
  public static func any(of kinds: [SchemaDescription]) -> SchemaDescription {
    SchemaDescription(.object([JSONMember("anyOf", .array(kinds.map(\.json)))]))
  }

  /// The same, but as a member it may be missing.
  public var optional: SchemaDescription { SchemaDescription(json, isOptional: true) }

  /// The same, or `null`.
  public var nullable: SchemaDescription {
    .any(of: [self, SchemaDescription("null")])
  }
}
