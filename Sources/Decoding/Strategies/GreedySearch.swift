import LanguageModeling

/// Takes the most probable token at each step; of equal ones that with the lowest id.
///
/// The processed log-probability of a token is that in the model's distribution without the masked tokens.
///
/// - Complexity: one pass over the vocabulary a step.
public struct GreedySearch: DecodingStrategy, Hashable {
  /// Greedy search; there is nothing to set.
  public init() {}

  /// `greedy`
  public var description: String { "greedy" }

  /// `true`: there is one hypothesis.
  public var slotsOnlyGrow: Bool { true }

  /// `true`: what is most probable is so whoever proposed it.
  public var takesDrafts: Bool { true }

  /// Refuses a request for several sequences: there is only one.
  public func validate(_ request: DecodingRequest) throws(DecodingError) {
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
    var shapesEachSample: Bool { false }

    func shape(_ candidates: inout Candidates, noise: CounterNoise, position: Int) {}

    func choose(
      from candidates: borrowing Candidates, slot: Int, noise: CounterNoise, position: Int
    ) -> Int? {
      candidates.indexOfMaximum
    }
  }
}
