public import LanguageModeling

/// Draws each token at random from the model's distribution, changed by filters: ancestral sampling.
///
/// The draw is Gumbel-max over what the filters leave (Gumbel 1954; Maddison, Tarlow and Minka, “A* sampling”, NIPS
/// 2014): the token with the greatest sum of logit and Gumbel noise, which has exactly the distribution
/// softmax(logits). The noise is `CounterNoise`, so that the same seed gives the same text whatever runs beside it.
///
/// - Complexity: a step costs a few passes over the vocabulary before the first filter that shortens it.
public struct Sampling: DecodingStrategy {
  /// What is done to the logits before the draw, in order.
  public var filters: [any Filter]

  /// Sampling from what `filters` leave of the model's distribution.
  ///
  ///     Sampling(filters: [try Temperature(0.8), try TopP(0.9)]).description
  ///     // "sample, temperature 0.8, top-p 0.9"
  public init(filters: [any Filter] = []) {
    self.filters = filters
  }

  /// `sample` and the filters.
  public var description: String {
    (["sample"] + filters.map(\.description)).joined(separator: ", ")
  }

  /// `true`: each sample is alone.
  public var isAppendOnly: Bool { true }

  /// `true`: the noise of a position decides its token, whoever proposed it.
  public var supportsDrafting: Bool { true }

  /// The draw with these logits and the sample's own noise: two models that nearly agree nearly always draw the same.
  /// What filters remember of the sample, only the search knows: here they act as on a first token.
  public func guess(
    from candidates: inout Candidates, noise: CounterNoise, position: Int
  ) -> TokenID? {
    let chain = FilterChain(filters)
    chain.apply(
      to: &candidates, state: chain.initialState, noise: noise, position: position)
    return candidates.indexOfGumbelMaximum(noise: noise, position: position)
      .map { candidates.token(at: $0) }
  }

  /// Refuses a request for no samples.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard !request.samples.isEmpty else {
      throw .invalidParameter("samples", reason: "is empty; ask for at least one")
    }
  }

  /// A search that branches into the samples at the prompt.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    let chain = FilterChain(filters)
    return IndependentSearch(
      Chooser(chain: chain, states: request.samples.map { _ in chain.initialState }))
  }

  private struct Chooser: TokenChooser {
    let chain: FilterChain
    /// What the filters remember, by slot.
    var states: [FilterChain.State]

    var mayTry: Bool { !chain.remembers }

    func state(ofSlot slot: Int) -> FilterChain.State { states[slot] }

    mutating func choose(
      from candidates: borrowing Candidates, slot: Int, noise: CounterNoise, position: Int
    ) -> Int? {
      let index = candidates.indexOfGumbelMaximum(noise: noise, position: position)
      if let index { chain.accept(index, of: candidates, state: &states[slot]) }
      return index
    }
  }
}

extension StrategyEntry {
  /// A token drawn from the filtered distribution at each position: ``Sampling``.
  public static let sample = StrategyEntry(
    "sample", activity: "when sampling", results: .samples, filters: [.ordered, .last, .alone],
    supportsDrafting: true
  ) { (parameters, _) throws(DecodingFailure) in
    Sampling(filters: try parameters.filterOrder.filters(parameters))
  }
}
