import ArgumentParser
import Decoding

/// The value of a setting's flag, as typed. Whether it is in range is for the resolver to say, in the same sentence
/// for flags and configuration files.
struct SettingArgument: ExpressibleByArgument, Sendable {
  /// A whole number, another number, or a text.
  var value: ParameterValue

  init(argument: String) {
    value =
      Int(argument).map(ParameterValue.integer) ?? UInt64(argument).map(ParameterValue.unsigned)
      ?? Double(argument).map(ParameterValue.number) ?? .text(argument)
  }
}
