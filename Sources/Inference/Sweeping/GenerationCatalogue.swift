import Decoding
import Generation
public import Sweeps

/// The settings that a sweep may vary: those of `generate`, and which adapter at which scale.
public struct GenerationCatalogue: SettingsCatalogue {
  /// The setting that names an adapter or several; `none` is the base model.
  public static let adapter = "lora"
  /// The factor on the adapters' own scale.
  public static let adapterScale = "lora_scale"

  /// The catalogue.
  public init() {}

  /// All names.
  public var settingNames: [String] {
    SettingCatalogue.parameters.map(\.key) + [Self.adapter, Self.adapterScale]
  }

  /// The kind of value that a setting takes; `nil` for a name that is no setting.
  public func kind(of setting: String) -> SettingKind? {
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
