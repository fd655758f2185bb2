import JSON
import Sweeps

/// A small world of settings: `strategy` greedy where the temperature is 0, else sample; filters mean nothing to greedy,
/// a scale nothing without an adapter; a top-p of 0 is refused.
struct FakeInterpreter: SettingsCatalogue, SettingsInterpreter {
  private static let defaults: [(String, JSONValue)] = [
    ("temperature", .number(1)), ("top_k", .integer(0)), ("top_p", .number(1)),
    ("num_beams", .integer(1)), ("lora", .string("none")), ("lora_scale", .number(1)),
    ("max_new_tokens", .integer(128)),
    ("num_return_sequences", .integer(1)),
  ]

  var settingNames: [String] { Self.defaults.map(\.0) }

  func kind(of setting: String) -> SettingKind? {
    switch setting {
    case "temperature", "top_p", "lora_scale": .number
    case "top_k", "num_beams", "max_new_tokens", "num_return_sequences": .integer
    case "lora": .other
    default: nil
    }
  }

  func interpret(
    defaults: [JSONMember], parameters: [JSONMember]
  ) throws(SettingsRefusal) -> InterpretedSettings {
    func value(_ name: String) -> JSONValue {
      (parameters.last { $0.key == name } ?? defaults.last { $0.key == name })?.value
        ?? Self.defaults.first { $0.0 == name }?.1 ?? .null
    }
    if value("top_p").double == 0 { throw SettingsRefusal("top_p must be above 0") }
    let isGreedy = value("temperature").double == 0
    var withoutEffect: [String] = []
    if isGreedy { withoutEffect += ["top_k", "top_p"] }
    if value("lora") == .string("none") { withoutEffect.append("lora_scale") }
    let settings =
      [JSONMember("strategy", .string(isGreedy ? "greedy" : "sample"))]
      + settingNames.filter { !withoutEffect.contains($0) }.map { name in
        // 1 and 1.0 are the same setting.
        let value = value(name)
        return JSONMember(
          name, kind(of: name) == .number ? value.double.map(JSONValue.number) ?? value : value)
      }
    var resultCount = 1
    if isGreedy, case .integer(let count) = value("num_return_sequences") { resultCount = count }
    return InterpretedSettings(
      settings: settings, withoutEffect: withoutEffect, isDeterministic: isGreedy,
      resultCount: resultCount,
      given: (defaults + parameters).filter { !withoutEffect.contains($0.key) })
  }
}

extension SweepSpecification {
  /// Reads a specification that is written as JSON.
  init(json: String) throws {
    try self.init(
      reading: try JSONValue(parsing: Array(json.utf8)), file: "sweep.yaml",
      catalogue: FakeInterpreter())
  }
}
