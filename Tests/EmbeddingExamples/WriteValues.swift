import Constraints
import Inference
import JSON

/// A person of a tale.
struct Hero: Decodable, Sendable, SchemaDescribing {
  enum Mood: String, Decodable, CaseIterable, SchemaDescribing { case glad, sad, brave }

  let name: String
  let age: Int
  let mood: Mood

  static let schema = SchemaDescription.object([
    "name": .string(length: 1...20), "age": .integer(1...99), "mood": Mood.schema,
  ])
}

/// Someone for a tale. The text is bound to the schema, so it decodes, whatever the model writes.
func invent(seed: UInt64) throws -> Hero {
  var settings = GenerationSettings()
  settings.seed = seed
  return try Model.embedded().generate("Once upon a time there was ", as: Hero.self, settings)
}

/// The names that there are at each moment while someone is invented.
func watchName(seed: UInt64) async throws -> [String] {
  var settings = GenerationSettings()
  settings.seed = seed
  var names: [String] = []
  let parts = try Model.embedded()
    .stream("Once upon a time there was ", as: Hero.self, settings)
  for try await part in parts {
    if let name = part.json["name"]?.string, name != names.last { names.append(name) }
  }
  return names
}
