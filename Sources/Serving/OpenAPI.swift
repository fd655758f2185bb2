public import JSON

/// The endpoints as OpenAPI 3.1 describes them, made of the routes and the catalogue of settings.
public enum OpenAPI {
  /// The document.
  public static var document: JSONValue {
    var paths: [JSONMember] = []
    for route in EndpointCatalogue.routes {
      let operation = JSONMember(route.method.lowercased(), operation(route))
      if let index = paths.firstIndex(where: { $0.key == route.path }),
        let members = paths[index].value.members
      {
        paths[index].value = .object(members + [operation])
      } else {
        paths.append(JSONMember(route.path, .object([operation])))
      }
    }
    return .object([
      JSONMember("openapi", .string("3.1.0")),
      JSONMember(
        "info",
        .object([
          JSONMember("title", .string("decode serve")), JSONMember("version", .string("1")),
          JSONMember(
            "description",
            .string("OpenAI's API over one model, with every setting of its decoder by name.")),
        ])),
      JSONMember("paths", .object(paths)),
      JSONMember(
        "components",
        .object([
          JSONMember(
            "securitySchemes",
            .object([
              JSONMember(
                "key",
                .object([
                  JSONMember("type", .string("http")), JSONMember("scheme", .string("bearer")),
                ]))
            ])),
          JSONMember("schemas", .object([JSONMember("Error", error)])),
        ])),
    ])
  }

  private static func operation(_ route: Route) -> JSONValue {
    var members = [JSONMember("summary", .string(route.summary))]
    if let brace = route.path.firstIndex(of: "{") {
      let name = String(route.path[brace...].dropFirst().dropLast())
      members.append(
        JSONMember(
          "parameters",
          .array([
            .object([
              JSONMember("name", .string(name)), JSONMember("in", .string("path")),
              JSONMember("required", .bool(true)), JSONMember("schema", string),
            ])
          ])))
    }
    if let body = route.body {
      members.append(
        JSONMember(
          "requestBody",
          .object([
            JSONMember("required", .bool(true)), JSONMember("content", content(json, body)),
          ])))
    }
    var responses: [JSONMember] = []
    var answers = [JSONMember(route.answerType, .object(schema(route.answer)))]
    if route.body?["properties"]?["stream"] != nil {
      answers.append(JSONMember("text/event-stream", .object(schema(string))))
    }
    responses.append(
      JSONMember(
        "200",
        .object([
          JSONMember("description", .string("The answer.")),
          JSONMember("content", .object(answers)),
        ])))
    responses.append(
      JSONMember(
        "default",
        .object([
          JSONMember("description", .string("Why there is none.")),
          JSONMember(
            "content",
            content(
              json,
              .object([JSONMember("$ref", .string("#/components/schemas/Error"))]))),
        ])))
    members.append(JSONMember("responses", .object(responses)))
    if !route.isOpen {
      members.append(
        JSONMember(
          "security", .array([.object([]), .object([JSONMember("key", .array([]))])])))
    }
    return .object(members)
  }

  private static let json = "application/json"

  private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
    .object([JSONMember(type, .object(Self.schema(schema)))])
  }

  private static func schema(_ schema: JSONValue?) -> [JSONMember] {
    schema.map { [JSONMember("schema", $0)] } ?? []
  }
}
