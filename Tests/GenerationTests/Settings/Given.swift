import Decoding
import Generation
import Testing

/// What the tables below hand to the resolver, by source.
struct Given: Sendable {
  var flags: [(String, ParameterValue)] = []
  var file: [(String, ParameterValue)] = []
  var model: [(String, ParameterValue)] = []

  func resolve(
    policy: SettingsPolicy = .refuse, usual: Bool = false
  ) throws -> ResolvedSettings {
    try SettingsResolver.resolve(
      flags: SettingsLayer(
        flags.map { key, value in
          Setting(
            try #require(SettingCatalogue.parameter(named: key)), value, from: .flag("--\(key)"))
        }),
      configuration: SettingsLayer(
        configuration: file.map { (key: $0, value: $1) }, file: "c.yaml"),
      model: SettingsLayer(model: model.map { (key: $0, value: $1) }), policy: policy,
      usual: usual)
  }

  func failure() -> String? {
    do {
      _ = try resolve()
      return nil
    } catch {
      return "\(error)"
    }
  }
}
