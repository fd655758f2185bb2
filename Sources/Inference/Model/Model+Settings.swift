import Decoding
public import Generation
import JSON
import LanguageModeling
import Models

extension Model {
  /// The settings that apply where none are given: what the model's own files recommend, the tokens that end a text
  /// included, over the defaults.
  ///
  /// - Throws: ``InferenceError/settings(_:)`` where the files contradict themselves.
  public var settings: GenerationSettings {
    get throws(InferenceError) { try recommended() }
  }

  /// The settings of a request, from those that a caller made by hand.
  ///
  /// What `settings` name holds: their strategy, and each parameter that isn't neutral. Elsewhere what the model's own
  /// files recommend for that strategy holds, where ``appliesRecommendedSettings``; and a text ends at the tokens that
  /// the files name, unless `settings` name some.
  ///
  /// A neutral value, such as temperature 1, can't be told from one that wasn't given. For it to hold against a
  /// recommendation, switch ``appliesRecommendedSettings`` off.
  ///
  /// - Parameter settings: `nil`: none, not even the strategy.
  /// - Throws: ``InferenceError/settings(_:)`` where the model's files contradict themselves.
  public func resolve(
    _ settings: GenerationSettings?
  ) throws(InferenceError) -> GenerationSettings {
    guard var settings else { return try recommended() }
    let recommended = try recommended(for: settings.strategy)
    settings.parameters = settings.parameters.completed(by: recommended.parameters)
    return settings
  }

  /// What the model's files recommend, for a strategy or for the one that they name.
  private func recommended(
    for strategy: StrategyEntry? = nil
  ) throws(InferenceError) -> GenerationSettings {
    var flags = SettingsLayer()
    if let strategy {
      flags.settings.append(
        Setting(
          StrategyCatalogue.strategy.erased, .text(strategy.name), from: .flag("the settings")))
    }
    var layer = settingsLayer
    if !appliesRecommendedSettings {
      layer.settings.removeAll { $0.parameter != SettingCatalogue.endOfSequenceTokens.erased }
    }
    do {
      return try SettingsResolver.resolve(flags: flags, model: layer).settings
    } catch {
      throw .settings(error)
    }
  }

  /// What the model's own files recommend; the tokens that end a text are among it.
  public var settingsLayer: SettingsLayer {
    var pairs = loaded.generationDefaults.values.map { pair in
      (key: pair.key, value: ParameterValue(pair.value))
    }
    pairs.removeAll { $0.key == SettingCatalogue.endOfSequenceTokens.key }
    var layer = SettingsLayer(model: pairs)
    let tokens = loaded.endOfSequenceTokens.map { ParameterValue.integer(Int($0)) }
    layer.settings.append(
      Setting(SettingCatalogue.endOfSequenceTokens.erased, .list(tokens), from: .model))
    return layer
  }
}
