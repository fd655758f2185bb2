import ArgumentParser
import Generation

/// How beams are searched.
struct BeamOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("beam-size")], parsing: .unconditional,
    help: ArgumentHelp(
      "Hypotheses that compete; above 1 is beam search. (default: 1)", valueName: "n"))
  var numBeams: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Groups of beams; above 1 is diverse beam search. (default: 1)", valueName: "n"))
  var numBeamGroups: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What a group's tokens cost the groups behind it. (default: 0)", valueName: "x"))
  var diversityPenalty: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Beams are ranked by log-probability / length^x; may be negative. (default: 1)",
      valueName: "x"))
  var lengthPenalty: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With as many results as beams: true ends, false ends when a better one is unlikely, never when it is impossible. (default: false)",
      valueName: "when"))
  var earlyStopping: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Collects x times as many results as beams before it may end. (default: 1)", valueName: "x"))
  var patience: SettingArgument?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    let stopping = earlyStopping.map { text in
      Bool(text).map(SettingValue.bool) ?? .text(text)
    }
    let given: [(SettingKey, String, SettingValue?)] = [
      (.beamCount, "--num-beams", numBeams?.value),
      (.beamGroupCount, "--num-beam-groups", numBeamGroups?.value),
      (.diversityPenalty, "--diversity-penalty", diversityPenalty?.value),
      (.lengthPenalty, "--length-penalty", lengthPenalty?.value),
      (.earlyStopping, "--early-stopping", stopping),
      (.patience, "--patience", patience?.value),
    ]
    for (key, flag, value) in given {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
  }
}
