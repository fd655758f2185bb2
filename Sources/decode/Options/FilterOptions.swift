import ArgumentParser
import Generation

/// Which tokens are left to draw from, beside top-k and top-p.
struct FilterOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Drops what is below x times the greatest probability. (default: 0, off)", valueName: "x"))
  var minP: SettingArgument?

  @Option(
    name: [.long, .customLong("typical")], parsing: .unconditional,
    help: ArgumentHelp(
      "Keeps the typical tokens whose mass reaches x. (default: 1, off)", valueName: "x"))
  var typicalP: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Drops tokens less probable than x. (default: 0, off)", valueName: "x"))
  var epsilonCutoff: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Drops tokens below a probability that follows the entropy. (default: 0, off)", valueName: "x"
    ))
  var etaCutoff: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keeps logits within x standard deviations of the greatest. (default: 0, off)", valueName: "x"
    ))
  var topNSigma: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keeps the most probable tokens up to x of the entropy. (default: off)", valueName: "x"))
  var topH: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often the most probable tokens are excluded. (default: 0, off)", valueName: "x"))
  var xtcProbability: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How probable they must be for that. (default: 0.1)", valueName: "x"))
  var xtcThreshold: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Moves the temperature by the entropy, up to x to both sides. (default: 0, off)",
      valueName: "x"))
  var dynatempRange: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The exponent of the entropy there. (default: 1)", valueName: "x"))
  var dynatempExp: SettingArgument?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingArgument?)] = [
      (.minP, "--min-p", minP), (.typicalP, "--typical-p", typicalP),
      (.epsilonCutoff, "--epsilon-cutoff", epsilonCutoff), (.etaCutoff, "--eta-cutoff", etaCutoff),
      (.topNSigma, "--top-n-sigma", topNSigma), (.topH, "--top-h", topH),
      (.xtcProbability, "--xtc-probability", xtcProbability),
      (.xtcThreshold, "--xtc-threshold", xtcThreshold),
      (.dynamicTemperatureRange, "--dynatemp-range", dynatempRange),
      (.dynamicTemperatureExponent, "--dynatemp-exp", dynatempExp),
    ]
    for (key, flag, argument) in given {
      if let argument { settings.append(Setting(key, argument.value, from: .flag(flag))) }
    }
  }
}
