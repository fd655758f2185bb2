/// A type that says what its values look like as JSON, so that a model can write them.
///
/// ```swift
/// struct Recipe: Decodable, SchemaDescribing {
///   let title: String
///   let servings: Int
///
///   static let schema = SchemaDescription.object([
///     "title": .string(length: 1...60), "servings": .integer(1...12),
///   ])
/// }
/// ```
///
/// An enumeration of texts needs nothing but the conformance: `enum Unit: String, Decodable, CaseIterable,
/// SchemaDescribing { case gram, piece }`.
public protocol SchemaDescribing {
  /// The schema of the type's values. What it allows, the type should decode.
  static var schema: SchemaDescription { get }
}

extension SchemaDescribing where Self: CaseIterable & RawRepresentable<String> {
  /// The texts of the cases.
  public static var schema: SchemaDescription { .string(oneOf: allCases.map(\.rawValue)) }
}

extension String: SchemaDescribing {
  /// Any text.
  public static var schema: SchemaDescription { .string() }
}

extension Bool: SchemaDescribing {
  /// `true` or `false`.
  public static var schema: SchemaDescription { .boolean }
}

extension Int: SchemaDescribing {
  /// A whole number that the type holds.
  public static var schema: SchemaDescription { .integer() }
}

extension Double: SchemaDescribing {
  /// Any number.
  public static var schema: SchemaDescription { .number() }
}

extension Array: SchemaDescribing where Element: SchemaDescribing {
  /// A list of any length.
  public static var schema: SchemaDescription { .array(of: Element.schema) }
}

extension Optional: SchemaDescribing where Wrapped: SchemaDescribing {
  /// The value or `null`; as a member it may be missing.
  public static var schema: SchemaDescription { Wrapped.schema.nullable.optional }
}

extension Dictionary: SchemaDescribing where Key == String, Value: SchemaDescribing {
  /// An object with members of any name.
  public static var schema: SchemaDescription { .dictionary(of: Value.schema) }
}
