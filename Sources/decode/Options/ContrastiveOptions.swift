import ArgumentParser
import Generation

/// How contrastive search weighs its candidates.
struct ContrastiveOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --top-k, contrastive search: how much being unlike what came counts against being probable, 0 to 1. (default: 0, off)",
      valueName: "x"))
  var penaltyAlpha: SettingArgument?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    if let penaltyAlpha {
      settings.append(Setting(.penaltyAlpha, penaltyAlpha.value, from: .flag("--penalty-alpha")))
    }
  }
}
