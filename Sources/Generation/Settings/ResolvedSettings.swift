public import Decoding

/// Settings with the account of how they came about.
public struct ResolvedSettings: Hashable, Sendable {
  /// The settings.
  public var settings: GenerationSettings
  /// Every setting that the strategy reads, beside the strategy itself, with its value and where that came from, in the
  /// order of ``SettingCatalogue``; those that are younger than the formats only where they aren't neutral.
  public var entries: [Setting]
  /// What the model's own files recommend and doesn't apply, and under ``SettingsPolicy/drop`` what the user gave.
  public var dropped: [DroppedSetting]
  /// What decided the strategy: a source, or a setting with its source, such as `temperature 0 (--temperature)`.
  public var strategyReason: String
  /// The filters that will run, in order, each with its value. Empty for greedy decoding.
  public var filters: [ActiveFilter]

  /// A filter that is on.
  public struct ActiveFilter: Hashable, Sendable {
    /// The filter's name.
    public var name: String
    /// What it does, for reports: its name and value.
    public var summary: String
  }

  /// Whether a setting has an effect under the others.
  public func reads(_ parameter: AnyParameter) -> Bool {
    SettingCatalogue.applies(parameter, to: settings.strategy)
      && !SettingsResolver.isIdle(parameter, under: settings.parameters.selection)
  }
}
