public import Decoding

/// The settings that one source gives.
public struct SettingsLayer: Hashable, Sendable {
  /// The settings, in the order of the source.
  public var settings: [Setting] = []
  /// What the source also says and doesn't apply; only a model's own files may.
  public var dropped: [DroppedSetting] = []

  /// A layer of `settings`.
  public init(_ settings: [Setting] = []) {
    self.settings = settings
  }

  /// Reads a configuration file's pairs of key and value.
  ///
  /// Hugging Face's bookkeeping keys are passed over, and so are keys of other decoders at a value that does nothing,
  /// and a length that counts the prompt where one that doesn't stands beside it, as in transformers.
  ///
  /// - Parameters:
  ///   - pairs: the file's top-level mapping, in file order.
  ///   - file: its path, for messages.
  /// - Throws: ``SettingsError`` for a key that is unknown or not supported.
  public init(
    configuration pairs: [(key: String, value: ParameterValue)], file: String
  ) throws(SettingsError) {
    for (name, value) in pairs {
      if ConfigurationKeys.isBookkeeping(name, value) { continue }
      if let parameter = SettingCatalogue.parameter(named: name) {
        if value != .null { settings.append(Setting(parameter, value, from: .configuration(file))) }
        continue
      }
      guard let neutral = ConfigurationKeys.neutral[name] else {
        throw .unknownKey(name, file: file, nearest: ConfigurationKeys.nearest(to: name))
      }
      if value == .null || neutral.contains(where: value.means) { continue }
      if let newTokens = ConfigurationKeys.lengthsWithPrompt[name],
        pairs.contains(where: { $0.key == newTokens && $0.value != .null })
      {
        continue
      }
      throw .unsupported(
        key: name, value: value, source: .configuration(file),
        instead: ConfigurationKeys.instead(of: name))
    }
  }

  /// Reads the pairs of a model's own `generation_config.json`: what can't be used is dropped, with the reason.
  public init(model pairs: [(key: String, value: ParameterValue)]) {
    for (name, value) in pairs where value != .null {
      if ConfigurationKeys.isBookkeeping(name, value) { continue }
      if let parameter = SettingCatalogue.parameter(named: name) {
        let setting = Setting(parameter, value, from: .model)
        if setting.isAccepted {
          settings.append(setting)
        } else {
          dropped.append(
            DroppedSetting(key: name, value: value, reason: "not \(parameter.expectation)"))
        }
      } else if let neutral = ConfigurationKeys.neutral[name] {
        if neutral.contains(where: value.means) { continue }
        let newTokens = ConfigurationKeys.lengthsWithPrompt[name]
        dropped.append(
          DroppedSetting(
            key: name, value: value,
            reason: newTokens.map { "it counts the prompt; \($0) is what holds" }
              ?? "not supported"))
      } else {
        dropped.append(DroppedSetting(key: name, value: value, reason: "unknown"))
      }
    }
  }
}
