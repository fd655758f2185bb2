/// The decoding strategies that can be asked for by name.
public enum StrategyName: String, Hashable, Sendable, CaseIterable {
  /// The most probable token at each position.
  case greedy
  /// A token drawn from the filtered distribution at each position.
  case sample
}
