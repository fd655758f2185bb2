import LanguageModeling

/// Takes, among the *k* most probable tokens, the one that is probable and unlike what stands before it: contrastive
/// search (Su et al., “A Contrastive Framework for Neural Text Generation”, NeurIPS 2022), as transformers 4.51.3 does
/// it in `_contrastive_search`.
///
/// The score of a candidate *v* is
///
///     (1 − α) · p(v) − α · max cos(h(v), h(j)),  the maximum over every token j of the prompt and of what was generated
///
/// with *p* the distribution after the request's processors, over the whole vocabulary, and *h* the last hidden states
/// (`HiddenStateSession`): that of *v* is computed by feeding *v*, so each step of the model runs the *k* candidates
/// side by side, and the logits of the one that is taken serve the next step. α = 0 and *k* = 1 are greedy search. There
/// is no noise.
///
/// Where it differs from transformers: a token that is masked is never a candidate (there, with fewer than *k* others,
/// it is one of probability 0); a hidden state of length 0 is like nothing (there, NaN); equal probabilities rank by
/// the lowest token, and of equal scores the more probable one is taken.
///
/// A result's ``Hypothesis/score`` is its log-probability under the unmodified model. The processed log-probability of
/// a token is ln *p*.
///
/// - Complexity: *k* rows of the model a token, one for each candidate, end-of-sequence tokens included; for comparing,
///   O(*k* · length · hidden size) a token. Memory for the hidden states of the prompt, which requests with the same
///   prompt share, and of what was generated.
public struct ContrastiveSearch: DecodingStrategy, Hashable {
  /// The weight of being unlike against being probable, α; from 0 to 1.
  public var penaltyAlpha: Double
  /// The most candidates: each is a sequence of the model.
  public static let maximumCandidateCount = 1024

  /// The number of candidates, *k*: 1 to ``maximumCandidateCount``.
  public var candidateCount: Int

  /// A search among `candidateCount` tokens. The paper's choice for GPT-2 is α = 0.6 and *k* = 4 or more.
  ///
  ///     ContrastiveSearch(penaltyAlpha: 0.6, candidateCount: 4)
  public init(penaltyAlpha: Double, candidateCount: Int) {
    self.penaltyAlpha = penaltyAlpha
    self.candidateCount = candidateCount
  }

  /// `contrastive` and the parameters.
  public var description: String {
    "contrastive, \(candidateCount) candidates, penalty alpha \(penaltyAlpha)"
  }

  /// `true`: there is one hypothesis; candidates aren't reported.
  public var isAppendOnly: Bool { true }

  /// `true`.
  public var readsHiddenStates: Bool { true }

  /// Refuses numbers outside their ranges, and a request for several sequences: there is only one.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard penaltyAlpha >= 0, penaltyAlpha <= 1 else {
      throw .invalidParameter(
        "penalty alpha", reason: "is \(penaltyAlpha); it must be from 0 to 1")
    }
    guard (1...Self.maximumCandidateCount).contains(candidateCount) else {
      throw .invalidParameter(
        "top k",
        reason: "is \(candidateCount); contrastive search takes from 1 to"
          + " \(Self.maximumCandidateCount) candidates")
    }
    guard request.samples.count == 1 else {
      throw .conflict(
        "contrastive search has one result, not \(request.samples.count);"
          + " ask for one sequence, or sample")
    }
  }

  /// The candidates.
  public func sequenceCount(for request: DecodingRequest) -> Int { candidateCount }

  /// A search with one hypothesis.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    ContrastiveCandidates(penaltyAlpha: penaltyAlpha, candidateCount: candidateCount)
  }
}

extension ContrastiveSearch {
  /// `penalty_alpha`
  public static let penaltyAlpha = Parameter<Double>.number(
    "penalty_alpha", neutral: 0, "a number from 0 (off) to 1",
    help: "With --top-k, contrastive search: weight of being unlike the text so far against being"
      + " probable.",
    neutralWords: "off"
  ) { $0 >= 0 && $0 <= 1 }

  /// One of its two numbers missing, or too many candidates.
  private static func problems(_ given: GivenParameters) -> [StrategyProblem] {
    if let alpha = given[penaltyAlpha], !alpha.isGiven {
      return [
        .contradiction(
          "\(given.reason): contrastive search needs a penalty; give penalty_alpha and top_k, such as"
            + " 0.6 and 4")
      ]
    }
    guard let count = given[TopK.count] else { return [] }
    if TopK.count.erased.isNeutral(count.value) {
      return [
        .contradiction(
          "\(given.reason): contrastive search needs a number of candidates; give top_k, such as 4")
      ]
    }
    if let candidates = count.integer, candidates > maximumCandidateCount {
      return [
        .contradiction(
          "\(count.source): contrastive search takes at most \(maximumCandidateCount)"
            + " candidates; top_k is \(candidates)")
      ]
    }
    return []
  }

  static let entry = StrategyEntry(
    "contrastive", activity: "under contrastive search", results: .one,
    parameters: [penaltyAlpha.erased, TopK.count.erased],
    trigger: StrategyEntry.Trigger(
      parameter: penaltyAlpha.erased, own: [penaltyAlpha.erased], request: "contrastive search",
      contradiction: { _ in "is contrastive search; leave one of them out" },
      advice: { _, _, _, spelling in "choose \(spelling.choice(of: "contrastive"))" },
      // As transformers dispatches: candidates to choose from, and no sampling.
      isModels: { find in
        find(StrategyCatalogue.doSample.erased) != .bool(true)
          && (find(TopK.count.erased)?.asDouble ?? 0) > 1 && find(penaltyAlpha.erased) != nil
      }),
    problems: problems,
    best: { (parameters) throws(DecodingFailure) in [try TopK(parameters.topK)] }
  ) { (parameters, _) throws(DecodingFailure) in
    ContrastiveSearch(penaltyAlpha: parameters[penaltyAlpha], candidateCount: parameters.topK)
  }
}

extension StrategyEntry {
  /// A probable token that is unlike what stands before it: ``ContrastiveSearch``.
  public static var contrastive: StrategyEntry { ContrastiveSearch.entry }
}

extension Parameters {
  /// The weight of being unlike what stands before against being probable (`penalty_alpha`); 0 to 1, used by contrastive
  /// search, whose candidates ``topK`` counts.
  public var penaltyAlpha: Double {
    get { self[ContrastiveSearch.penaltyAlpha] }
    set { self[ContrastiveSearch.penaltyAlpha] = newValue }
  }
}
