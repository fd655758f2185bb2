public import Generation
import JSON
import LanguageModeling
import Models

extension Model {
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
