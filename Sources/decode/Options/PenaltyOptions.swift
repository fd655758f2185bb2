import ArgumentParser
import Generation

/// What is done to the scores before tokens are chosen.
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
      "No n tokens come twice in the same order. (default: 0, off)", valueName: "n"))
  var noRepeatNgramSize: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the three penalties look at: all, prompt or output. (default: all)", valueName: "part"))
  var penaltyScope: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Never chooses these token ids. Repeatable.", valueName: "ids"))
  var suppressTokens: [String] = []

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingValue?)] = [
      (.repetitionPenalty, "--repetition-penalty", repetitionPenalty?.value),
      (.frequencyPenalty, "--frequency-penalty", frequencyPenalty?.value),
      (.presencePenalty, "--presence-penalty", presencePenalty?.value),
      (.penaltyScope, "--penalty-scope", penaltyScope.map(SettingValue.text)),
      (.repeatLastN, "--repeat-last-n", repeatLastN?.value),
      (.noRepeatNGramSize, "--no-repeat-ngram-size", noRepeatNgramSize?.value),
      (.suppressTokens, "--suppress-tokens", suppressed),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
  }

  /// The list, or the text as it stands where it isn't one.
  private var suppressed: SettingValue? {
    guard !suppressTokens.isEmpty else { return nil }
    let text = suppressTokens.joined(separator: ",")
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let ids = parts.compactMap { Int($0) }
    return ids.count == parts.count ? .list(ids.map(SettingValue.integer)) : .text(text)
  }
}
