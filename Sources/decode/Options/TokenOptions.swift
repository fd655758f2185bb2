import ArgumentParser
import Generation

/// Biases and bans of tokens and texts.
struct TokenOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Adds x to a token's logit; -inf bans it. Repeatable.", valueName: "id=x"))
  var logitBias: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Adds x to the logit of the last of these token ids behind the others. Repeatable.",
      valueName: "ids=x"))
  var sequenceBias: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Never writes this text, behind a space or not. Repeatable.", valueName: "text"))
  var badWord: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Never chooses these token ids. Repeatable.", valueName: "ids"))
  var suppressTokens: [String] = []

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingValue?)] = [
      (.logitBias, "--logit-bias", Self.biases(logitBias)),
      (.sequenceBias, "--sequence-bias", Self.biases(sequenceBias)),
      (.badWords, "--bad-word", badWord.isEmpty ? nil : .list(badWord.map(SettingValue.text))),
      (.suppressTokens, "--suppress-tokens", suppressed),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
  }

  /// The mapping that the flags spell, or the first text as it stands that has no `=`.
  private static func biases(_ texts: [String]) -> SettingValue? {
    guard !texts.isEmpty else { return nil }
    var members: [SettingValue.Member] = []
    for text in texts {
      guard let sign = text.lastIndex(of: "=") else { return .text(text) }
      let value = SettingArgument(argument: String(text[text.index(after: sign)...])).value
      members.append(SettingValue.Member(String(text[..<sign]), value))
    }
    return .mapping(members)
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
