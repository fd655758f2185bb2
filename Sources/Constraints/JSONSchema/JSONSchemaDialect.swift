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

  /// Keywords that say nothing about which values are valid.
  static let annotations: Set<String> = [
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$defs", "definitions",
    "$vocabulary", "title", "description", "default", "examples", "deprecated", "readOnly",
    "writeOnly", "contentEncoding", "contentMediaType", "contentSchema",
  ]
}
