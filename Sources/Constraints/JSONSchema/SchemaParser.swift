import JSON

/// Reads schemas from JSON documents into a graph.
///
/// First every document is searched for the schemas that have names (`$id`, `$anchor`, `$dynamicAnchor`); then schemas are
/// read from the root on, each when something refers to it, so that what nothing reaches may be anything.
struct SchemaParser {
  var graph = SchemaGraph()
  let limits: ConstraintLimits
  private let dialect: JSONSchemaDialect
  /// The documents: the root's first.
  private(set) var documents: [Document] = []
  /// Where each URI without fragment, and each with an anchor as its fragment, leads.
  private var places: [SchemaURI: Place] = [:]
  private var anchors: [Anchor: Place] = [:]
  private var dynamicAnchorNames: [SchemaURI: [String: Place]] = [:]
  private var scopes: [Place: Scope] = [:]
  private var numbers: [Place: Int] = [:]
  private var pending: [(place: Place, value: JSONValue, number: Int, scope: Scope)] = []

  struct Document: Sendable {
    let name: String
    let uri: SchemaURI
    let value: JSONValue
  }

  /// A value of a document.
  struct Place: Hashable, Sendable {
    let document: Int
    let pointer: String
  }

  /// What a schema inherits from those around it.
  struct Scope: Sendable {
    var base: SchemaURI
    var root: Place
    var dialect: JSONSchemaDialect
  }

  private struct Anchor: Hashable {
    let base: SchemaURI
    let name: String
  }

  /// The graph of what `root` reaches.
  ///
  /// - Parameters:
  ///   - references: other documents, by their URI.
  ///   - dialect: that of documents without `$schema`.
  static func parse(
    _ root: JSONValue, references: [String: JSONValue], dialect: JSONSchemaDialect,
    limits: ConstraintLimits
  ) throws(ConstraintError) -> SchemaGraph {
    var parser = SchemaParser(dialect: dialect, limits: limits)
    let start = SchemaURI("")
    parser.documents.append(Document(name: "", uri: start, value: root))
    for (uri, value) in references.sorted(by: { $0.key < $1.key }) {
      parser.documents.append(
        Document(name: uri, uri: SchemaURI(uri).withoutFragment, value: value))
    }
    for index in parser.documents.indices { try parser.search(document: index) }
    parser.graph.root = try parser.number(
      of: Place(document: 0, pointer: ""), root,
      within: parser.scopes[Place(document: 0, pointer: "")])
    while let next = parser.pending.popLast() {
      parser.graph.nodes[next.number] = try parser.node(next.value, at: next.place, next.scope)
    }
    try parser.collectDynamicAnchors()
    return parser.graph
  }

  private init(dialect: JSONSchemaDialect, limits: ConstraintLimits) {
    self.dialect = dialect
    self.limits = limits
  }

  // MARK: - Names

  private mutating func search(document index: Int) throws(ConstraintError) {
    let document = documents[index]
    let place = Place(document: index, pointer: "")
    let scope = Scope(base: document.uri, root: place, dialect: dialect)
    if places[document.uri] == nil { places[document.uri] = place }
    try search(document.value, at: place, scope)
  }

  private mutating func search(
    _ value: JSONValue, at place: Place, _ outer: Scope
  ) throws(ConstraintError) {
    guard case .object(let members) = value else {
      scopes[place] = outer
      return
    }
    let scope =
      members.contains { $0.key.utf8.first == UInt8(ascii: "$") }
      ? try self.scope(of: value, at: place, outer) : outer
    scopes[place] = scope
    for member in members {
      lazy var inner = Self.append(member.key, to: place)
      switch member.value {
      case .object(let schemas) where JSONSchemaDialect.mapOfSchemas.contains(member.key):
        for schema in schemas {
          try search(schema.value, at: Self.append(schema.key, to: inner), scope)
        }
      case .array(let schemas) where JSONSchemaDialect.listOfSchemas.contains(member.key):
        for (index, schema) in schemas.enumerated() {
          try search(schema, at: Self.append("\(index)", to: inner), scope)
        }
      case .object, .bool:
        if JSONSchemaDialect.oneSchema.contains(member.key) {
          try search(member.value, at: inner, scope)
        }
      default: break
      }
    }
  }

  /// What the keywords of a schema that begin with `$` make of the scope around it. Keeps the names that they give.
  private mutating func scope(
    of value: JSONValue, at place: Place, _ outer: Scope
  ) throws(ConstraintError) -> Scope {
    var scope = outer
    if let name = value["$schema"]?.string {
      guard let dialect = JSONSchemaDialect(named: name) ?? custom(name) else {
        throw .unsupported(
          pointer: pointer(of: place) + "/$schema",
          reason: "“\(name)” is not supported; drafts 2020-12 and draft-07 are")
      }
      scope.dialect = dialect
    }
    let hasReference = value["$ref"]?.string != nil
    // To draft 7 what stands beside a reference is not there.
    let isHidden = scope.dialect == .draft7 && hasReference
    if let id = value["$id"]?.string, !isHidden {
      if scope.dialect == .draft7, id.hasPrefix("#") {
        anchors[Anchor(base: scope.base, name: String(id.dropFirst()))] = place
      } else {
        scope.base = scope.base.resolving(SchemaURI(id)).withoutFragment
        scope.root = place
        places[scope.base] = place
      }
    }
    for keyword in ["$anchor", "$dynamicAnchor"] {
      guard scope.dialect == .draft2020, let name = value[keyword]?.string else { continue }
      anchors[Anchor(base: scope.base, name: name)] = place
      if keyword == "$dynamicAnchor" { dynamicAnchorNames[scope.base, default: [:]][name] = place }
    }
    return scope
  }

  /// A metaschema of one's own is read as 2020-12, if it is among the documents and has the usual assertions.
  private func custom(_ uri: String) -> JSONSchemaDialect? {
    let wanted = SchemaURI(uri).withoutFragment
    guard let document = documents.first(where: { $0.uri == wanted }) else { return nil }
    let assertions = "https://json-schema.org/draft/2020-12/vocab/validation"
    if let vocabulary = document.value["$vocabulary"], vocabulary[assertions] == nil { return nil }
    return .draft2020
  }

  private mutating func collectDynamicAnchors() throws(ConstraintError) {
    for (base, names) in dynamicAnchorNames {
      guard let root = places[base], let resource = numbers[root] else { continue }
      for (name, place) in names {
        // Anchors of schemas that nothing else reaches count too.
        guard let value = value(at: place) else { continue }
        let number = try number(of: place, value, within: scopes[place])
        graph.dynamicAnchors[resource, default: [:]][name] = number
      }
    }
    while let next = pending.popLast() {
      graph.nodes[next.number] = try node(next.value, at: next.place, next.scope)
    }
  }

  // MARK: - Places

  static func append(_ token: String, to place: Place) -> Place {
    Place(document: place.document, pointer: place.pointer.appendingPointer(to: token))
  }

  /// The pointer for messages: with its document's URI, but in the root's.
  func pointer(of place: Place) -> String {
    place.document == 0 ? place.pointer : documents[place.document].name + "#" + place.pointer
  }

  private func value(at place: Place) -> JSONValue? {
    var value = documents[place.document].value
    for token in Self.tokens(of: place.pointer) {
      guard let next = Self.member(token, of: value) else { return nil }
      value = next
    }
    return value
  }

  static func tokens(of pointer: String) -> [String] {
    pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
      $0.utf8.contains(UInt8(ascii: "~"))
        ? String($0).replacing("~1", with: "/").replacing("~0", with: "~") : String($0)
    }
  }

  private static func member(_ token: String, of value: JSONValue) -> JSONValue? {
    switch value {
    case .object(let members):
      return members.first { $0.key.utf8.elementsEqual(token.utf8) }?.value
    case .array(let values):
      guard let index = Int(token), values.indices.contains(index) else { return nil }
      return values[index]
    default: return nil
    }
  }

  /// The number of a schema, which is read later.
  mutating func number(
    of place: Place, _ value: JSONValue, within outer: Scope?
  ) throws(ConstraintError) -> Int {
    if let number = numbers[place] { return number }
    let scope =
      scopes[place] ?? outer
      ?? Scope(base: documents[place.document].uri, root: place, dialect: dialect)
    let number = graph.nodes.count
    numbers[place] = number
    graph.nodes.append(SchemaNode(pointer: pointer(of: place)))
    pending.append((place, value, number, scope))
    if scope.root != place, let root = self.value(at: scope.root) {
      // Resources are told apart by their root's number.
      graph.nodes[number].resource = try self.number(of: scope.root, root, within: nil)
    } else {
      graph.nodes[number].resource = number
    }
    return number
  }

  /// The schema that a reference leads to.
  mutating func target(
    of reference: String, from scope: Scope, at pointer: String
  ) throws(ConstraintError) -> (number: Int, dynamicAnchor: String?) {
    let uri = scope.base.resolving(SchemaURI(reference))
    guard let start = places[uri.withoutFragment] else {
      throw .schema(
        pointer: pointer, reason: "“\(reference)” leads to a document that is not at hand")
    }
    let fragment = uri.fragment ?? ""
    var place = start
    var dynamicAnchor: String?
    if fragment.isEmpty || fragment.hasPrefix("/") {
      var inner = scopes[start] ?? scope
      guard var value = value(at: start) else { throw missing(reference, pointer) }
      for token in Self.tokens(of: fragment) {
        guard let next = Self.member(token, of: value) else { throw missing(reference, pointer) }
        value = next
        place = Self.append(token, to: place)
        inner = scopes[place] ?? inner
      }
      return (try number(of: place, value, within: inner), nil)
    }
    let base = scopes[start]?.base ?? uri.withoutFragment
    guard let anchored = anchors[Anchor(base: base, name: fragment)],
      let value = value(at: anchored)
    else { throw missing(reference, pointer) }
    if dynamicAnchorNames[base]?[fragment] == anchored { dynamicAnchor = fragment }
    return (try number(of: anchored, value, within: scopes[anchored]), dynamicAnchor)
  }

  private func missing(_ reference: String, _ pointer: String) -> ConstraintError {
    .schema(pointer: pointer, reason: "“\(reference)” leads nowhere")
  }
}
