public import Decoding

/// Where a setting's value came from, strongest first.
public enum SettingSource: Hashable, Sendable {
  /// The command line; holds the flag as users know it, such as `--top-p`.
  case flag(String)
  /// A configuration file, by its path.
  case configuration(String)
  /// A request to the endpoint.
  case request
  /// The model's own files (`generation_config.json`).
  case model
  /// No temperature and no filter was set, and the command samples with llama.cpp's.
  case usual
  /// No source gave a value.
  case `default`

  /// Whether the user asked for the value, so that ignoring it would be an error.
  public var isUser: Bool {
    switch self {
    case .flag, .configuration, .request: true
    case .model, .usual, .default: false
    }
  }
}

extension SettingSource {
  /// How messages to whoever gave the value write the choice of a strategy.
  var spelling: StrategySpelling { self == .request ? .field : .flag }
}

extension SettingSource: CustomStringConvertible {
  /// How messages and reports name the source.
  public var description: String {
    switch self {
    case .flag(let name): name
    case .configuration(let path): path
    case .request: "the request"
    case .model: "the model's files"
    case .usual: "usual"
    case .default: "default"
    }
  }
}

/// A value that someone gave to a setting.
public struct Setting: Hashable, Sendable {
  /// The setting.
  public var parameter: AnyParameter
  /// Its value.
  public var value: ParameterValue
  /// Who gave it.
  public var source: SettingSource

  /// A value from a source.
  public init(_ parameter: AnyParameter, _ value: ParameterValue, from source: SettingSource) {
    self.parameter = parameter
    self.value = value
    self.source = source
  }

  /// The setting's name.
  public var key: String { parameter.key }

  /// Whether the value does nothing, so that no strategy can be said to ignore it.
  var isNeutral: Bool { parameter.isNeutral(value) }

  /// Whether the value has the setting's type and lies in its range.
  var isAccepted: Bool { parameter.accepts(value) }

  /// The value where it is a whole number.
  var integer: Int? { if case .integer(let number) = value { number } else { nil } }
}

/// A value that doesn't apply, and why: of the model's own files, or, where ``SettingsPolicy/drop`` says so, of anyone.
public struct DroppedSetting: Hashable, Sendable {
  /// The key as the file spells it.
  public var key: String
  /// The value there.
  public var value: ParameterValue
  /// Why it doesn't apply, as half a sentence.
  public var reason: String
  /// Who gave it.
  public var source: SettingSource

  /// A value that doesn't apply.
  public init(
    key: String, value: ParameterValue, reason: String, source: SettingSource = .model
  ) {
    self.key = key
    self.value = value
    self.reason = reason
    self.source = source
  }
}

/// What becomes of settings that a user gave and that have no effect.
public enum SettingsPolicy: Hashable, Sendable {
  /// They are an error that says what to write instead.
  case refuse
  /// They are dropped and listed, as those of a model's files always are.
  case drop
}
