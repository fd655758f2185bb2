import ArgumentParser
import Generation

/// Classifier-free guidance.
struct GuidanceOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Above 1 moves away from the negative prompt, at twice the work. (default: 1, off)",
      valueName: "x"))
  var guidanceScale: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --guidance-scale, the text to move away from, as plain text without the chat template. (default: the last token of the prompt)",
      valueName: "text"))
  var negativePrompt: String?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingValue?)] = [
      (.guidanceScale, "--guidance-scale", guidanceScale?.value),
      (.negativePrompt, "--negative-prompt", negativePrompt.map(SettingValue.text)),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
  }
}
