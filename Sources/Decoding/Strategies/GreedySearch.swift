import LanguageModeling

/// Takes the most probable token at each step; of equal ones that with the lowest id.
///
/// - Complexity: one pass over the vocabulary a step.
public struct GreedySearch: DecodingStrategy, Hashable {
  /// Greedy search; there is nothing to set.
  public init() {}

  public var description: String { "greedy" }

  public func validate(_ request: DecodingRequest) throws(DecodingError) {
    guard request.samples.count == 1 else {
      throw .conflict(
        "greedy search has one result, not \(request.samples.count);"
          + " ask for one sequence, or sample")
    }
  }

  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    IndependentSearch(Chooser())
  }

  private struct Chooser: TokenChooser {
    func shape(_ candidates: inout Candidates) {}

    func choose(
      from candidates: borrowing Candidates, noise: CounterNoise, position: Int
    ) -> Int? {
      candidates.indexOfMaximum
    }
  }
}
