/// A version of JSON Schema.
public enum JSONSchemaDialect: Hashable, Sendable {
  /// Draft 7: `definitions`, `dependencies`, lists in `items`; what stands beside `$ref` is ignored.
  case draft7
  /// Draft 2020-12.
  case draft2020

  /// The dialect that `$schema` names. Drafts 4 and 6 are read as draft 7 and 2019-09 as 2020-12: where a keyword means
  /// something else there, its value is malformed here and refused.
  init?(named uri: String) {
    let name = uri.hasSuffix("#") ? String(uri.dropLast()) : uri
    switch name.replacing("https://", with: "http://") {
    case "http://json-schema.org/draft/2020-12/schema",
      "http://json-schema.org/draft/2019-09/schema", "http://json-schema.org/schema":
      self = .draft2020
    case "http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-06/schema",
      "http://json-schema.org/draft-04/schema":
      self = .draft7
    default: return nil
    }
  }

  /// Keywords whose value is a schema.
  static let oneSchema: Set<String> = [
    "not", "if", "then", "else", "items", "additionalItems", "contains", "additionalProperties",
    "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema",
  ]
  /// Keywords whose value is a list of schemas.
  static let listOfSchemas: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems", "items"]
  /// Keywords whose value is an object of schemas.
  static let mapOfSchemas: Set<String> = [
    "$defs", "definitions", "properties", "patternProperties", "dependentSchemas", "dependencies",
  ]

  // MARK: - Keywords of other vocabularies

  /// Why a keyword that this dialect has not may not be taken for a note; `nil` where it may.
  ///
  /// To the specification (2020-12, Core, 6.5) all of them are notes. But one that constrains elsewhere, or that is
  /// written nearly as one that constrains, was meant to be enforced.
  func refusal(of keyword: String) -> String? {
    if Self.assertions.contains(keyword) {
      return "“\(keyword)” means nothing in \(name), but constrains in another draft; "
        + "“$schema” says which is meant"
    }
    if Self.foreignAssertions.contains(keyword) {
      return "“\(keyword)” constrains in another draft or dialect, and is not supported"
    }
    let folded = Array(keyword.lowercased().utf8)
    let meant = Self.mistakable.first { Self.isNear(folded, $0.folded) }
    return meant.map { "“\(keyword)” is not a keyword; did you mean “\($0.name)”?" }
  }

  private var name: String {
    switch self {
    case .draft7: "draft-07"
    case .draft2020: "draft 2020-12"
    }
  }

  /// Keywords of either dialect that say which values are valid.
  private static let assertions: Set<String> = [
    "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "type", "enum",
    "const", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "format", "prefixItems", "items", "additionalItems",
    "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems",
    "unevaluatedItems", "properties", "patternProperties", "additionalProperties", "propertyNames",
    "required", "dependentRequired", "dependentSchemas", "dependencies", "minProperties",
    "maxProperties", "unevaluatedProperties",
  ]

  /// Those long enough that a word beside one means it, with their letters in lower case.
  private static let mistakable: [(name: String, folded: [UInt8])] =
    assertions.filter { $0.utf8.count >= 5 }.sorted().map { ($0, Array($0.lowercased().utf8)) }

  /// Keywords that constrain in drafts 3 and 2019-09, in the draft “next” and in Ajv.
  private static let foreignAssertions: Set<String> = [
    "extends", "disallow", "divisibleBy", "$recursiveRef", "propertyDependencies",
    "formatMinimum", "formatMaximum", "formatExclusiveMinimum", "formatExclusiveMaximum",
    "patternRequired", "uniqueItemProperties", "allRequired", "anyRequired", "oneRequired",
    "deepRequired", "prohibited", "$data", "$merge", "$patch",
  ]

  /// Whether one text becomes the other by a letter more, less or other, or by two that are swapped.
  private static func isNear(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard abs(left.count - right.count) <= 1 else { return false }
    var start = 0
    while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
    let (rest, other) = (left.dropFirst(start), right.dropFirst(start))
    return rest.isEmpty && other.isEmpty
      || rest.dropFirst().elementsEqual(other.dropFirst())
      || rest.elementsEqual(other.dropFirst())
      || rest.dropFirst().elementsEqual(other)
      || rest.count >= 2 && other.count >= 2
        && rest.first == other.dropFirst().first && other.first == rest.dropFirst().first
        && rest.dropFirst(2).elementsEqual(other.dropFirst(2))
  }
}
