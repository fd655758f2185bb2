import Foundation
import LanguageModeling
import Models
import Transformer

/// A base, adapters with their weights, and what PEFT (`make_adapters.py`) or mlx-lm (`make_mlx_adapters.py`) computes
/// with them.
struct AdapterCase: Decodable, CustomStringConvertible {
  struct Part: Decodable {
    let adapter: String
    let weight: Float
  }
  let name: String
  let base: String
  let parts: [Part]
  let prompts: [Reference.Prompt]

  var description: String { name }

  /// The base model with the adapters under their paths.
  func model() throws -> TransformerModel {
    var model = try ModelLoader.loadTransformer(
      path: Fixtures.path(base), computeType: .float32)
    for part in parts { model = try model.adding(adapterAt: part.adapter) }
    return model
  }

  var mix: AdapterMix {
    AdapterMix(parts.map { AdapterMix.Part(name: $0.adapter, weight: $0.weight) })
  }

  private struct File: Decodable {
    let cases: [AdapterCase]
  }

  static func all() throws -> [AdapterCase] {
    try ["adapters.json", "mlx-adapters.json"].flatMap { try Fixtures.json(File.self, $0).cases }
  }

  static func named(_ name: String) throws -> AdapterCase {
    guard let found = try all().first(where: { $0.name == name }) else { throw NoSuchCase() }
    return found
  }

  struct NoSuchCase: Error {}
}

extension TransformerModel {
  /// The model with the adapter of a fixture, by the fixture's name.
  func adding(adapterAt fixture: String) throws -> TransformerModel {
    try adding(
      try AdapterLoader.load(path: Fixtures.path(fixture), for: configuration), named: fixture)
  }
}
