import ArgumentParser
import Generation

/// What sequences of tokens that came already lose: DRY, and no n-gram twice.
struct RepetitionOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "No n tokens come twice in the same order. (default: 0, off)", valueName: "n"))
  var noRepeatNgramSize: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "DRY: taken off a token that would extend a repetition, more the longer it is; 0.8 is usual. (default: 0, off)",
      valueName: "x"))
  var dryMultiplier: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("DRY: the factor for each further token. (default: 1.75)", valueName: "x"))
  var dryBase: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "DRY: the length of repetition where it begins. (default: 2)", valueName: "n"))
  var dryAllowedLength: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "DRY: how many last tokens it looks at. (default: -1, all)", valueName: "n"))
  var dryPenaltyLastN: SettingArgument?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "DRY: ends what counts as a repetition. Repeatable; none takes the usual ones away. (default: newline, colon, quotation mark, asterisk)",
      valueName: "text"))
  var drySequenceBreaker: [String] = []

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let given: [(SettingKey, String, SettingValue?)] = [
      (.noRepeatNGramSize, "--no-repeat-ngram-size", noRepeatNgramSize?.value),
      (.dryMultiplier, "--dry-multiplier", dryMultiplier?.value),
      (.dryBase, "--dry-base", dryBase?.value),
      (.dryAllowedLength, "--dry-allowed-length", dryAllowedLength?.value),
      (.dryPenaltyLastN, "--dry-penalty-last-n", dryPenaltyLastN?.value),
      (.drySequenceBreakers, "--dry-sequence-breaker", breakers),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
  }

  /// As in llama.cpp, those given take the place of the usual ones, and `none` leaves nothing of what stands before it.
  private var breakers: SettingValue? {
    guard !drySequenceBreaker.isEmpty else { return nil }
    let kept = drySequenceBreaker.split(separator: "none", omittingEmptySubsequences: false).last
    return .list((kept ?? []).map(SettingValue.text))
  }
}
