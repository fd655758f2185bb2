import Decoding
import Generation
import Sweeps

/// The settings that a sweep may vary: those of `generate`, and which adapter at which scale.
struct GenerationCatalogue: SettingsCatalogue {
  /// The setting that names an adapter or several; `none` is the base model.
  static let adapter = "lora"
  /// The factor on the adapters' own scale.
  static let adapterScale = "lora_scale"

  var settingNames: [String] {
    SettingCatalogue.parameters.map(\.key) + [Self.adapter, Self.adapterScale]
  }

  func kind(of setting: String) -> SettingKind? {
    switch setting {
    case Self.adapter: .other
    case Self.adapterScale: .number
    default: SettingCatalogue.parameter(named: setting)?.kind.ofSweeps
    }
  }
}

extension ParameterKind {
  /// How a sweep reads a range of such values.
  fileprivate var ofSweeps: SettingKind {
    switch self {
    case .number: .number
    case .integer: .integer
    case .truth, .choice, .text, .texts, .tokens, .biases, .structure: .other
    }
  }
}
