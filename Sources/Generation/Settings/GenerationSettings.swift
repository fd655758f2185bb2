public import Decoding

/// What to generate and how, under the names of Hugging Face's `GenerationConfig`.
///
///     var settings = GenerationSettings()
///     settings.temperature = 0.8
///     settings.topP = 0.9
///     settings.strategy = .beam
///     settings.beamCount = 4
///
/// A value of this type is complete and checked when it comes out of ``SettingsResolver``. One made by hand takes the
/// defaults of the command line; nothing here is read from a model's files.
@dynamicMemberLookup
public struct GenerationSettings: Hashable, Sendable {
  /// How the next token is chosen (`strategy`).
  public var strategy: StrategyEntry = .sample

  /// Everything else: each setting is also a property here, by the name that it has in `Parameters`.
  public var parameters = Parameters()

  /// The defaults.
  public init() {}

  /// A setting.
  public subscript<Value>(dynamicMember path: WritableKeyPath<Parameters, Value>) -> Value {
    get { parameters[keyPath: path] }
    set { parameters[keyPath: path] = newValue }
  }

  /// What follows from the settings, such as `constraintFile`.
  public subscript<Value>(dynamicMember path: KeyPath<Parameters, Value>) -> Value {
    parameters[keyPath: path]
  }
}
