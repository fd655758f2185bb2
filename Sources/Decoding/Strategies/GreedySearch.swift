import LanguageModeling

/// Takes the most probable token at each step; among equals that with the lowest id.
///
/// The processed log-probability of a token is that in the model's distribution without the masked tokens.
///
///     GreedySearch().supportsDrafting  // true
///
/// - Complexity: one pass over the vocabulary a step.
public struct GreedySearch: DecodingStrategy, Hashable {
  /// Greedy search; there is nothing to set.
  public init() {}

  /// `greedy`
  public var description: String { "greedy" }

  /// `true`: there is one hypothesis.
  public var isAppendOnly: Bool { true }

  /// `true`: what is most probable is so whoever proposed it.
  public var supportsDrafting: Bool { true }

  /// Refuses a request for several sequences: there is only one.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard request.samples.count == 1 else {
      throw .conflict(
        "greedy search has one result, not \(request.samples.count);"
          + " ask for one sequence, or sample")
    }
  }

  /// A search with one hypothesis.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    IndependentSearch(Chooser())
  }

  private struct Chooser: TokenChooser {
    let chain = FilterChain([])
    var mayTry: Bool { true }

    func state(ofSlot slot: Int) -> FilterChain.State { chain.initialState }

    func choose(
      from candidates: borrowing Candidates, slot: Int, noise: CounterNoise, position: Int
    ) -> Int? {
      candidates.indexOfMaximum
    }
  }
}

extension StrategyEntry {
  /// The most probable token at each position: ``GreedySearch``.
  public static let greedy = StrategyEntry(
    "greedy", activity: "on greedy decoding", results: .one, supportsDrafting: true,
    best: { (_) throws(DecodingFailure) in [try TopK(1)] }
  ) { (_, _) throws(DecodingFailure) in GreedySearch() }
}
