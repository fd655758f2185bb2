public import Decoding

/// Settings with the account of how they came about.
public struct ResolvedSettings: Hashable, Sendable {
  /// The settings.
  public var settings: GenerationSettings
  /// Every setting that the strategy heeds, beside the strategy itself, with its value and where that came from, in
  /// the order of ``SettingKey``.
  public var entries: [Setting]
  /// What the model's own files recommend and doesn't apply.
  public var dropped: [DroppedSetting]
  /// What decided the strategy: a source, or a setting with its source, such as `temperature 0 (--temperature)`.
  public var strategyReason: String
  /// The filters that will run, in order, each with its value. Empty for greedy decoding.
  public var filters: [ActiveFilter]

  /// A filter that is on.
  public struct ActiveFilter: Hashable, Sendable {
    /// The filter.
    public var name: FilterName
    /// Its value.
    public var value: SettingValue
  }
}
