import LanguageModeling

/// Samples at equal distances in the space of all texts: arithmetic sampling (Vilnis et al., “Arithmetic sampling:
/// parallel diverse decoding for large language models”, ICML 2023, arXiv 2210.15458).
///
/// The distribution over whole sequences lays them out side by side on [0, 1), each as wide as it is probable, in the
/// order of their token ids. A sample is what a code, a point of [0, 1), falls on: each token splits the interval of the
/// tokens before it in the proportions of their probabilities, and the code chooses. The ``codeCount`` codes of a lattice
/// are (*b* + *i* / ``codeCount``) mod 1 with one uniform number *b* for all. Each is uniform, so that each sample by
/// itself is a draw from the distribution, as one of ``Sampling`` is; but they keep their distance, so that they differ
/// more, and a mean over them mostly has far less variance than over independent samples. No sample needs to know of
/// another.
///
/// In the order of their codes, the samples stand in the order of their token ids; in the order of their numbers, they
/// do so from somewhere on around. One code is inverse transform sampling.
///
/// The distribution is that of ``Sampling``: penalties and masks over the logits, then ``filters``. Sample number *s*
/// takes code *s* mod ``codeCount`` of lattice *s* / ``codeCount``; the digits of a lattice's *b* are `CounterNoise` of
/// the lattice's number. A sample therefore never depends on which others are asked for.
///
/// Codes have as many digits as a text needs, so that long texts are as well drawn as short ones. Probabilities are taken
/// in units of 2^-44 of the greatest, coarser only for more than half a million candidates; what is less probable is never
/// chosen.
///
///     let strategy = ArithmeticSampling(codeCount: 8, filters: [try TopP(0.95)])
///     DecodingRequest(prompt: [1], strategy: strategy, samples: Array(0..<8))  // eight texts of one lattice
///     strategy.description  // "arithmetic, 8 codes, top-p 0.95"
///
/// - Complexity: a step costs what ``Sampling``'s does, with two passes over what the filters leave for the draw.
public struct ArithmeticSampling: DecodingStrategy {
  /// The number of codes in a lattice, at least 1: as many as there are to be samples.
  public var codeCount: Int
  /// What is done to the logits before the draw, in order.
  public var filters: [any Filter]

  /// Lattices of `codeCount` codes, over the model's own distribution unless filters are given.
  public init(codeCount: Int, filters: [any Filter] = []) {
    self.codeCount = codeCount
    self.filters = filters
  }

  /// `arithmetic`, the number of codes and the filters.
  public var description: String {
    (["arithmetic, \(codeCount) codes"] + filters.map(\.description)).joined(separator: ", ")
  }

  /// `true`: each sample is alone.
  public var isAppendOnly: Bool { true }

  /// `true`: a sample's code decides its tokens, whoever proposed them.
  public var supportsDrafting: Bool { true }

  /// Refuses a lattice without codes, and requests for no samples or for ones with negative numbers.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard codeCount >= 1 else {
      throw .invalidParameter("codes", reason: "is \(codeCount); it must be at least 1")
    }
    guard let least = request.samples.min() else {
      throw .invalidParameter("samples", reason: "is empty; ask for at least one")
    }
    guard least >= 0 else {
      throw .invalidParameter(
        "samples", reason: "names sample \(least); arithmetic sampling counts them from 0")
    }
  }

  /// A search that branches into the samples at the prompt.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    let hash = PromptHash(request.prompt)
    let codes = request.samples.map { sample in
      ArithmeticCode(
        sample % codeCount, of: codeCount,
        noise: CounterNoise(seed: request.seed, prompt: hash, sample: sample / codeCount))
    }
    let chain = FilterChain(filters)
    return IndependentSearch(
      Chooser(chain: chain, states: codes.map { _ in chain.initialState }, codes: codes))
  }

  private struct Chooser: TokenChooser {
    let chain: FilterChain
    /// What the filters remember, by slot.
    var states: [FilterChain.State]
    /// The samples' codes, by slot.
    var codes: [ArithmeticCode]

    /// A choice moves the code on.
    var mayTry: Bool { false }

    func state(ofSlot slot: Int) -> FilterChain.State { states[slot] }

    mutating func choose(
      from candidates: borrowing Candidates, slot: Int, noise: CounterNoise, position: Int
    ) -> Int? {
      let index = candidates.index(chosenBy: &codes[slot])
      if let index { chain.accept(index, of: candidates, state: &states[slot]) }
      return index
    }
  }
}

extension StrategyEntry {
  /// Samples that keep their distance: ``ArithmeticSampling``.
  public static let arithmetic = StrategyEntry(
    "arithmetic", activity: "under arithmetic sampling", results: .samples,
    filters: [.ordered, .last], supportsDrafting: true
  ) { (parameters, _) throws(DecodingFailure) in
    ArithmeticSampling(
      codeCount: parameters.returnSequenceCount,
      filters: try parameters.filterOrder.filters(parameters))
  }
}
