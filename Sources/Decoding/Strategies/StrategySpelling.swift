/// How a message writes the choice of a strategy, for whoever is to make it.
package enum StrategySpelling: Hashable, Sendable {
  /// For a command line: `--strategy beam`.
  case flag
  /// For a request, which has fields: `the strategy beam`.
  case field

  /// The choice of `names`: a strategy's name, or several that are joined.
  package func choice(of names: String) -> String {
    switch self {
    case .flag: "--strategy \(names)"
    case .field: "the strategy \(names)"
    }
  }
}
