import ArgumentParser
import Generation

/// What tokens that came already lose, one by one.
struct PenaltyOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("repeat-penalty")], parsing: .unconditional,
    help: ArgumentHelp(
      "Above 1 makes tokens that came already less likely. (default: 1, off)", valueName: "x"))
  var repetitionPenalty: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Taken off a token for each time that it came. (default: 0)", valueName: "x")
  )
  var frequencyPenalty: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Taken off a token that came. (default: 0)", valueName: "x"))
  var presencePenalty: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many last tokens the three penalties look at. (default: -1, all)", valueName: "n"))
  var repeatLastN: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the three penalties look at: all, prompt or output. (default: all)", valueName: "part"))
  var penaltyScope: String?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingValue?)] = [
      (.repetitionPenalty, "--repetition-penalty", repetitionPenalty?.value),
      (.frequencyPenalty, "--frequency-penalty", frequencyPenalty?.value),
      (.presencePenalty, "--presence-penalty", presencePenalty?.value),
      (.penaltyScope, "--penalty-scope", penaltyScope.map(SettingValue.text)),
      (.repeatLastN, "--repeat-last-n", repeatLastN?.value),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
  }
}
