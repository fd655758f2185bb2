public import Decoding

/// Settings with the account of how they came about.
public struct ResolvedSettings: Hashable, Sendable {
  /// The settings.
  public var settings: GenerationSettings
  /// Every setting that the strategy heeds, with its value and where that came from, in the order of ``SettingKey``.
  public var entries: [Setting]
  /// What the model's own files recommend and doesn't apply.
  public var dropped: [DroppedSetting]
  /// Why this strategy: half a sentence.
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
