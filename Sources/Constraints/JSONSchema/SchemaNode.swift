import JSON

/// A JSON schema with its keywords read and its references resolved. Subschemas are numbers in ``SchemaGraph``.
struct SchemaNode: Sendable {
  /// The JSON pointer, with the document's URI before it where it is not the root's.
  var pointer = ""
  /// The schema `true` or `false`.
  var constant: Bool?
  /// Which resource it is in: the number of the schema at its root.
  var resource = 0

  // In place.
  var reference: Int?
  var dynamicReference: DynamicReference?
  var allOf: [Int] = []
  var anyOf: [Int]?
  var oneOf: [Int]?
  var not: Int?
  var condition: Int?
  var consequence: Int?
  var alternative: Int?
  var dependentSchemas: [(key: [UInt8], schema: Int)] = []

  // Any type.
  var types: Set<SchemaType>?
  /// The values of `enum` and `const`, as written.
  var values: [JSONValue]?
  var constantValue: JSONValue?

  // Numbers.
  var minimum: SchemaNumber?
  var exclusiveMinimum: SchemaNumber?
  var maximum: SchemaNumber?
  var exclusiveMaximum: SchemaNumber?
  var multipleOf: SchemaNumber?

  // Strings; lengths in scalars.
  var minLength: Int?
  var maxLength: Int?
  var pattern: String?
  var format: String?

  // Arrays.
  var prefixItems: [Int]?
  var items: Int?
  var contains: Int?
  var minContains: Int?
  var maxContains: Int?
  var minItems: Int?
  var maxItems: Int?
  var uniqueItems = false
  var unevaluatedItems: Int?

  // Objects.
  var properties: [(key: [UInt8], schema: Int)] = []
  var patternProperties: [(pattern: String, schema: Int)] = []
  var additionalProperties: Int?
  var propertyNames: Int?
  var required: [[UInt8]] = []
  var dependentRequired: [(key: [UInt8], keys: [[UInt8]])] = []
  var minProperties: Int?
  var maxProperties: Int?
  var unevaluatedProperties: Int?

  /// Keywords that the dialect has not and that may be meant to constrain, with the reason for messages. The
  /// specification, and so whoever judges values, takes them for notes.
  var refused: [(keyword: String, reason: String)] = []

  /// A `$dynamicRef`: where it leads at first, and the anchor that may lead elsewhere.
  struct DynamicReference: Sendable {
    let initial: Int
    /// `nil` where it is a plain reference.
    let anchor: String?
  }

  /// The pointer of a keyword.
  func pointer(to keyword: String) -> String { pointer.appendingPointer(to: keyword) }
}

extension String {
  /// A JSON pointer (RFC 6901) and one more part.
  func appendingPointer(to name: String) -> String {
    let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: "~") && $0 != UInt8(ascii: "/") }
    let part = isPlain ? name : name.replacing("~", with: "~0").replacing("/", with: "~1")
    return self + "/" + part
  }
}

/// All schemas that a root reaches.
struct SchemaGraph: Sendable {
  var nodes: [SchemaNode] = []
  var root = 0
  /// The dynamic anchors of each resource: name to schema.
  var dynamicAnchors: [Int: [String: Int]] = [:]

  subscript(number: Int) -> SchemaNode { nodes[number] }
}
