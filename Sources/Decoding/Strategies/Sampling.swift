public import LanguageModeling

/// Draws each token at random from the model's distribution, changed by filters: ancestral sampling.
///
/// The draw is Gumbel-max over what the filters leave (Gumbel 1954; Maddison, Tarlow and Minka, “A* sampling”, NIPS
/// 2014): the token with the greatest sum of logit and Gumbel noise, which has exactly the distribution
/// softmax(logits). The noise is ``CounterNoise``, so that the same seed gives the same text whatever runs beside it.
///
/// - Complexity: a step costs a few passes over the vocabulary before the first filter that shortens it.
public struct Sampling: DecodingStrategy {
  /// What is done to the logits before the draw, in order.
  public var filters: [any Filter]

  /// Sampling from the model's own distribution unless filters are given.
  public init(filters: [any Filter] = []) {
    self.filters = filters
  }

  /// `sample` and the filters.
  public var description: String {
    (["sample"] + filters.map(\.description)).joined(separator: ", ")
  }

  /// `true`: each sample is alone.
  public var slotsOnlyGrow: Bool { true }

  /// `true`: the noise of a position decides its token, whoever proposed it.
  public var takesDrafts: Bool { true }

  /// The draw with these logits and the sample's own noise: two models that nearly agree nearly always draw the same.
  public func guess(
    from candidates: inout Candidates, noise: CounterNoise, position: Int
  ) -> TokenID? {
    for filter in filters { filter.apply(to: &candidates, noise: noise, position: position) }
    return candidates.indexOfGumbelMaximum(noise: noise, position: position)
      .map { candidates.token(at: $0) }
  }

  /// Refuses a request for no samples.
  public func validate(_ request: DecodingRequest) throws(DecodingError) {
    guard !request.samples.isEmpty else {
      throw .invalidParameter("samples", reason: "is empty; ask for at least one")
    }
  }

  /// A search that branches into the samples at the prompt.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    IndependentSearch(Chooser(filters: filters))
  }

  private struct Chooser: TokenChooser {
    let filters: [any Filter]

    var shapesEachSample: Bool { filters.contains { $0.usesNoise } }

    func shape(_ candidates: inout Candidates, noise: CounterNoise, position: Int) {
      for filter in filters {
        filter.apply(to: &candidates, noise: noise, position: position)
      }
    }

    func choose(
      from candidates: borrowing Candidates, slot: Int, noise: CounterNoise, position: Int
    ) -> Int? {
      candidates.indexOfGumbelMaximum(noise: noise, position: position)
    }
  }
}
