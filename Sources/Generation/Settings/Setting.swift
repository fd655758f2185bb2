/// Where a setting's value came from, strongest first.
public enum SettingSource: Hashable, Sendable {
  /// The command line; holds the flag as users know it, such as `--top-p`.
  case flag(String)
  /// A configuration file, by its path.
  case configuration(String)
  /// The model's own files (`generation_config.json`).
  case model
  /// Nobody said anything.
  case `default`

  /// Whether the user asked for the value, so that ignoring it would be an error.
  public var isUser: Bool {
    switch self {
    case .flag, .configuration: true
    case .model, .default: false
    }
  }
}

extension SettingSource: CustomStringConvertible {
  /// How messages and reports name the source.
  public var description: String {
    switch self {
    case .flag(let name): name
    case .configuration(let path): path
    case .model: "the model's files"
    case .default: "default"
    }
  }
}

/// A value that someone gave to a setting.
public struct Setting: Hashable, Sendable {
  /// The setting.
  public var key: SettingKey
  /// Its value.
  public var value: SettingValue
  /// Who gave it.
  public var source: SettingSource

  /// A value from a source.
  public init(_ key: SettingKey, _ value: SettingValue, from source: SettingSource) {
    self.key = key
    self.value = value
    self.source = source
  }
}

/// A value of the model's own files that doesn't apply, and why.
public struct DroppedSetting: Hashable, Sendable {
  /// The key as the file spells it.
  public var key: String
  /// The value there.
  public var value: SettingValue
  /// Why it doesn't apply, as half a sentence.
  public var reason: String

  /// A value that doesn't apply.
  public init(key: String, value: SettingValue, reason: String) {
    self.key = key
    self.value = value
    self.reason = reason
  }
}
