import LanguageModeling

/// Keeps the most probable hypotheses at each step and lets them compete: beam search, as transformers 4.51.3 does it
/// in `_beam_search`.
///
/// A step takes the best *K* = max(2, 1 + number of end-of-sequence tokens) · *B* continuations of the *B* live
/// hypotheses by their cumulative log-probability. Those that end (with an end-of-sequence token, a match of the
/// request's ``TokenMatcher``, or at the limit of new tokens) become results where they are among the first *B* of the
/// *K*; the best *B* of the others live on. The best *B* results are kept, by log-probability / length ^
/// ``lengthPenalty``, the ending token counted. The search ends when nothing lives on, or as ``earlyStopping`` says.
///
/// Where it differs from transformers: each prompt is on its own (there, a prompt in a batch goes on improving while
/// others do); equal scores rank by the lowest row, then the lowest token (there, as `torch.topk` has it); sums are
/// kept in double precision; and one beam is greedy search, which ends with its first result, with a score all the
/// same.
///
/// A result's ``Hypothesis/score`` is the length-penalised one. The processed log-probability of a token is what it
/// added to the cumulative score. Cancelling makes results of what is alive, ranked among the others.
///
/// - Complexity: one row of logits for each live hypothesis a step, and a few passes over each.
public struct BeamSearch: DecodingStrategy, Hashable {
  /// The number of hypotheses that live at once, *B*; at least 1.
  public var beamCount: Int
  /// The power of the length that results' log-probabilities are divided by: above 0 favours long ones, below 0
  /// short ones.
  public var lengthPenalty: Double
  /// When to end with *B* results.
  public var earlyStopping: EarlyStopping
  /// How many results to give, best first; at most ``beamCount``.
  public var resultCount: Int
  /// How many results are collected before the search may end, in multiples of the beams, rounded; above 0. (Kasai et
  /// al. 2022, arXiv 2204.05424, whose search ends as ``EarlyStopping/immediate`` does.)
  public var patience: Double

  /// A search for the best of `beamCount` beams by default.
  ///
  ///     BeamSearch(beamCount: 4, resultCount: 2)  // the best two of four
  public init(
    beamCount: Int, lengthPenalty: Double = 1, earlyStopping: EarlyStopping = .heuristic,
    resultCount: Int = 1, patience: Double = 1
  ) {
    self.beamCount = beamCount
    self.lengthPenalty = lengthPenalty
    self.earlyStopping = earlyStopping
    self.resultCount = resultCount
    self.patience = patience
  }

  /// `beam` and the parameters.
  public var description: String {
    "beam, \(beamCount) beams, length penalty \(lengthPenalty),"
      + " early stopping \(earlyStopping.rawValue)"
      + (patience == 1 ? "" : ", patience \(patience)")
  }

  /// Refuses numbers outside their ranges, and requests for several samples: results are asked for in ``resultCount``.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    try shape.validate(request, name: "beam search")
  }

  /// The beams.
  public func sequenceCount(for request: DecodingRequest) -> Int { beamCount }

  /// A search with the prompt as its only beam.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    JointBeamSearch(BestContinuations(scale: shape.scale), beams: shape, request: request)
  }

  private var shape: BeamShape {
    BeamShape(
      beamCount: beamCount, lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
      resultCount: resultCount, patience: patience)
  }
}

extension StrategyEntry {
  /// The most probable of a number of hypotheses that live side by side: ``BeamSearch``.
  public static let beam = StrategyEntry(
    "beam", activity: "under beam search", results: .beams,
    parameters: [BeamParameters.count.erased] + BeamParameters.ranking,
    trigger: Trigger(
      parameter: BeamParameters.count.erased,
      own: [BeamParameters.count.erased] + BeamParameters.ranking,
      request: "beams",
      contradiction: {
        "is a search for the best; choose \($0.choice(of: "beam-sample")), or leave do_sample out"
      },
      advice: { isChosen, chosen, _, spelling in
        isChosen
          ? "choose "
            + spelling.choice(
              of: StrategyCatalogue.first(draws: chosen.draws, ranks: true).name)
          : "give num_beams above 1"
      }),
    problems: BeamParameters.problems
  ) { (parameters, _) throws(DecodingFailure) in
    BeamSearch(
      beamCount: parameters.beamCount, lengthPenalty: parameters.lengthPenalty,
      earlyStopping: parameters.earlyStopping, resultCount: parameters.returnSequenceCount,
      patience: parameters.patience)
  }
}
