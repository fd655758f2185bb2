public import Generation
import JSON
import LanguageModeling
import Models

extension Model {
  /// The settings that hold where nobody says anything: what the model's own files recommend, the tokens that end a text
  /// included, over the defaults.
  ///
  /// ```swift
  /// var settings = try model.settings
  /// settings.maxNewTokens = 40
  /// ```
  ///
  /// - Throws: ``InferenceError/settings(_:)`` where the files contradict themselves.
  public var settings: GenerationSettings {
    get throws(InferenceError) {
      do {
        return try SettingsResolver.resolve(model: settingsLayer).settings
      } catch {
        throw .settings(error)
      }
    }
  }

  /// The settings of a request: `settings` as they are, except that a text ends at the tokens that the model's files
  /// name where `settings` name none; without settings, ``settings``.
  ///
  /// - Throws: ``InferenceError/settings(_:)`` where the model's files contradict themselves.
  public func resolve(
    _ settings: GenerationSettings?
  ) throws(InferenceError) -> GenerationSettings {
    guard var settings else { return try self.settings }
    if settings.endOfSequenceTokens.isEmpty {
      settings.endOfSequenceTokens = loaded.endOfSequenceTokens
    }
    return settings
  }

  /// What the model's own files recommend; the tokens that end a text are among it.
  public var settingsLayer: SettingsLayer {
    var pairs = loaded.generationDefaults.values.map { pair in
      (key: pair.key, value: SettingValue(pair.value))
    }
    pairs.removeAll { $0.key == SettingKey.endOfSequenceTokens.rawValue }
    var layer = SettingsLayer(model: pairs)
    let tokens = loaded.endOfSequenceTokens.map { SettingValue.integer(Int($0)) }
    layer.settings.append(Setting(.endOfSequenceTokens, .list(tokens), from: .model))
    return layer
  }
}
