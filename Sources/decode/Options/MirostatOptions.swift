import ArgumentParser
import Generation

/// Sampling that holds the surprise at a target.
struct MirostatOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Version 1 or 2 of mirostat, in the place of all filters but the temperature. (default: 0, off)",
      valueName: "version"))
  var mirostat: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Its target surprise in bits. (default: 5)", valueName: "x"))
  var mirostatTau: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Its learning rate. (default: 0.1)", valueName: "x"))
  var mirostatEta: SettingArgument?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingArgument?)] = [
      (.mirostat, "--mirostat", mirostat), (.mirostatTau, "--mirostat-tau", mirostatTau),
      (.mirostatEta, "--mirostat-eta", mirostatEta),
    ]
    for (key, flag, argument) in given {
      if let argument { settings.append(Setting(key, argument.value, from: .flag(flag))) }
    }
  }
}
