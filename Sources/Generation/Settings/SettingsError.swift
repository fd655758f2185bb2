public import Decoding

/// Why settings can't be used. Every case reads as one sentence that says what to write instead.
public enum SettingsError: Error, Hashable, Sendable {
  /// The configuration file has a key that isn't one of ours.
  case unknownKey(String, file: String, nearest: String?)
  /// The configuration file asks for what this version can't do.
  case unsupported(key: String, value: ParameterValue, source: SettingSource, instead: String)
  /// The value has the wrong type or is out of range.
  case invalid(parameter: AnyParameter, value: ParameterValue, source: SettingSource)
  /// The value was asked for and the strategy would ignore it.
  case ignored(
    parameter: AnyParameter, value: ParameterValue, source: SettingSource, why: String,
    instead: String)
  /// Two values can't both hold.
  case contradiction(String)
}

extension SettingsError: CustomStringConvertible {
  /// One sentence: who asked for what, why it can't be, and what to write instead.
  public var description: String {
    switch self {
    case .unknownKey(let key, let file, let nearest):
      "\(file): there is no setting “\(key)”" + (nearest.map { "; did you mean “\($0)”?" } ?? "")
    case .unsupported(let key, let value, let source, let instead):
      "\(source): \(key) \(value) is not supported; \(instead)"
    case .invalid(let parameter, let value, let source):
      "\(source): \(parameter) is \(parameter.expectation); it can't be \(value.quoted)"
    case .ignored(let parameter, let value, let source, let why, let instead):
      "\(source): \(parameter) \(value) has no effect \(why); \(instead)"
    case .contradiction(let sentence):
      sentence
    }
  }
}

extension ParameterValue {
  /// The value for a message, with texts between quotation marks.
  fileprivate var quoted: String {
    if case .text(let text) = self { return "“\(text)”" }
    return description
  }
}
