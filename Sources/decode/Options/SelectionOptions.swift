import ArgumentParser
import Generation

/// How to choose among the samples of a prompt.
struct SelectionOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Puts the best of the samples first: mbr, the one most like all, or vote, one with the answer most of them give.",
      valueName: "how"))
  var select: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What mbr compares samples by: chrf, token-f1 or exact-match. (default: chrf)",
      valueName: "name"))
  var selectUtility: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What vote counts: number, the last in the text (the text where there is none), or text. (default: number)",
      valueName: "name"))
  var selectAnswer: String?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, String?)] = [
      (.selection, "--select", select), (.selectionUtility, "--select-utility", selectUtility),
      (.selectionAnswer, "--select-answer", selectAnswer),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, .text(value), from: .flag(flag))) }
    }
  }
}
