/// The strategies. A new one is a line in ``entries``.
public enum StrategyCatalogue {
  /// All strategies, in the order in which they are listed.
  public static let entries: [StrategyEntry] = [
    .greedy, .sample, .beam, .diverseBeam, .beamSample, .stochasticBeam, .arithmetic, .contrastive,
    .diffusion,
  ]

  /// Those that settings lead to: the first whose trigger is on is chosen, unless one is named.
  package static let inferred: [StrategyEntry] = [.contrastive, .diverseBeam, .beam]

  /// The parameters of all strategies, in the order of reports.
  public static let parameters: [AnyParameter] = (inferred + entries).reduce(into: []) {
    for parameter in $1.parameters where !$0.contains(parameter) { $0.append(parameter) }
  }

  /// The strategy of a name.
  public static func entry(named name: String) -> StrategyEntry? {
    entries.first { $0.name == name }
  }

  /// The first strategy that draws or doesn't, and whose hypotheses compete or don't: sampling, beam sampling, greedy
  /// search, beam search.
  public static func first(draws: Bool, ranks: Bool) -> StrategyEntry {
    entries.first { $0.draws == draws && $0.ranks == ranks } ?? .greedy
  }

  /// `strategy`
  public static let strategy = Parameter<StrategyEntry?>(
    "strategy", .choice, neutral: nil, spelled: nil,
    "one of \(entries.map(\.name).joined(separator: ", "))",
    choices: entries.map(\.name),
    help: "How tokens are chosen: \(entries.map(\.name).joined(separator: ", ")).",
    neutralWords: "contrastive with a penalty alpha, beam with beams, greedy at temperature 0 or"
      + " do_sample false, else sample",
    flag: ParameterFlag("strategy", valueName: "name")
  ) { value in
    if case .text(let name) = value { entry(named: name).map { .some($0) } } else { nil }
  }

  /// `do_sample`
  public static let doSample = Parameter<Bool?>(
    "do_sample", .truth, neutral: nil, spelled: nil, "true or false",
    help: "Whether tokens are drawn; false is greedy search.", flag: nil
  ) { value in
    if case .bool(let truth) = value { .some(truth) } else { nil }
  }

  /// `num_return_sequences`
  public static let resultCount = Parameter<Int>.integer(
    "num_return_sequences", neutral: 1, "a whole number from 1 to 1024", in: 1...1024,
    help: "Number of sequences for each prompt: samples, or the best of at least as many beams.")
}

extension Parameters {
  /// Sequences for each prompt (`num_return_sequences`), 1 to 1024: samples, or the best of at most as many beams. Under
  /// stochastic beam search they are as many as the beams.
  public var returnSequenceCount: Int {
    get { self[StrategyCatalogue.resultCount] }
    set { self[StrategyCatalogue.resultCount] = newValue }
  }
}
