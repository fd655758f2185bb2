import ArgumentParser
import Generation

/// The value of a setting's flag, as typed. Whether it is in range is for the resolver to say, in the same sentence
/// for flags and configuration files.
struct SettingArgument: ExpressibleByArgument, Sendable {
  /// A whole number, another number, or a text.
  var value: SettingValue

  init(argument: String) {
    value =
      Int(argument).map(SettingValue.integer) ?? UInt64(argument).map(SettingValue.unsigned)
      ?? Double(argument).map(SettingValue.number) ?? .text(argument)
  }
}
