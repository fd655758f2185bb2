import Decoding
import Generation
import Inference
import JSON

/// Makes settings ready: those of a run, and those of a prompt that has some of its own.
struct RunSettingsMaker {
  let command: GenerateCommand
  let model: Model
  /// What the configuration file says.
  let configuration: SettingsLayer
  /// The seed of settings that have none.
  let randomSeed: UInt64
  let console: Console

  /// Settings that are resolved and checked.
  func make(_ resolved: ResolvedSettings) throws(CommandFailure) -> RunSettings {
    let settings = resolved.settings
    let template = try reportingFailure {
      try model.template(for: settings, parsingSpecialTokens: !command.textOptions.noParseSpecial)
    }
    for sentence in template.ignoredKeywords { console.warn("left out: \(sentence)") }
    return RunSettings(
      template: template,
      json: command.json(of: resolved, model: model), seed: settings.seed ?? randomSeed,
      isSeedGiven: settings.seed != nil)
  }

  /// The run's settings with `own` in the place of the flags'.
  ///
  /// - Parameter place: where they stand, for messages.
  func make(own: [JSONMember], place: String) throws(CommandFailure) -> RunSettings {
    let pairs = own.map { (key: $0.key, value: ParameterValue($0.value)) }
    let layer: SettingsLayer
    do throws(SettingsError) {
      layer = try SettingsLayer(configuration: pairs, file: place)
    } catch {
      throw .usage("\(error)")
    }
    var resolved = try command.settingsOptions.resolve(
      over: configuration, model: model.settingsLayer, usual: true, own: layer)
    try command.draftModelOptions.check(&resolved)
    return try make(resolved)
  }
}
