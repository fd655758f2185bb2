public import LanguageModeling

/// Beam search in groups that avoid each other's tokens: diverse beam search (Vijayakumar et al., “Diverse Beam
/// Search”, AAAI 2018) with the Hamming penalty, as transformers 4.51.3 does it in `_group_beam_search` and
/// `BeamSearchScorer`.
///
/// The beams are split into ``groupCount-swift.property`` groups of *S*, which take their turns within each step. A
/// group's scores for a token are lowered by ``diversityPenalty-swift.property`` for each time that earlier groups
/// have chosen the token in this step; the penalties stay in the cumulative scores, and so in the results'. Within a
/// group, the best max(2, 1 + number of end-of-sequence tokens) · *S* continuations are walked through, best first:
/// those that end are results where they are among the first *S*, the others live on until there are *S* of them. Each
/// group keeps its *S* best results, and is done as ``earlyStopping`` says, judged by the step's best continuation,
/// ended or not. In the end the groups' results are ranked together; among equals the later group's, and in a group
/// the later, comes first.
///
/// A group that is done counts as choosing ``paddingToken-swift.property`` in all its beams, as transformers' padding
/// does.
///
/// One group is plain ``BeamSearch``, whose rules for ending differ. Beyond that it differs from transformers in this:
/// a diversity penalty of 0 is allowed, and gives groups that don't see each other; the end-of-sequence token of a
/// result is the one that ended it (there, always the first in the list); a match of the request's ``TokenMatcher``
/// ends a hypothesis as an end-of-sequence token does (there, only all beams at once end); and equal scores rank by the
/// lowest row, then the lowest token.
///
/// - Complexity: one row of logits for each live hypothesis a step, and a few passes over each.
public struct DiverseBeamSearch: DecodingStrategy, Hashable {
  /// The number of hypotheses that live at once, over all groups; a multiple of ``groupCount-swift.property``.
  public var beamCount: Int
  /// The number of groups; at least 1.
  public var groupCount: Int
  /// What each choice of a token by earlier groups takes off its log-probability; at least 0.
  public var diversityPenalty: Double
  /// The power of the length that results' scores are divided by: above 0 favours long ones, below 0 short ones.
  public var lengthPenalty: Double
  /// When a group is done that has *S* results.
  public var earlyStopping: EarlyStopping
  /// How many results to give, best first; at most ``beamCount``.
  public var resultCount: Int
  /// How many results a group collects before it may be done, in multiples of its beams, rounded; above 0. (Kasai et
  /// al. 2022, arXiv 2204.05424, whose search ends as ``EarlyStopping/immediate`` does.)
  public var patience: Double
  /// The token that groups which are done count as choosing; `nil`: the lowest end-of-sequence token.
  public var paddingToken: TokenID?

  /// A search for the best of `beamCount` beams by default.
  ///
  ///     DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5)
  public init(
    beamCount: Int, groupCount: Int, diversityPenalty: Double, lengthPenalty: Double = 1,
    earlyStopping: EarlyStopping = .heuristic, resultCount: Int = 1, patience: Double = 1,
    paddingToken: TokenID? = nil
  ) {
    self.beamCount = beamCount
    self.groupCount = groupCount
    self.diversityPenalty = diversityPenalty
    self.lengthPenalty = lengthPenalty
    self.earlyStopping = earlyStopping
    self.resultCount = resultCount
    self.patience = patience
    self.paddingToken = paddingToken
  }

  /// `diverse-beam` and the parameters.
  public var description: String {
    "diverse-beam, \(beamCount) beams in \(groupCount) groups,"
      + " diversity penalty \(diversityPenalty), length penalty \(lengthPenalty),"
      + " early stopping \(earlyStopping.rawValue)"
      + (patience == 1 ? "" : ", patience \(patience)")
  }

  /// Refuses numbers outside their ranges, groups of unequal sizes, and requests for several samples.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard groupCount >= 1 else {
      throw .invalidParameter("beam groups", reason: "is \(groupCount); it must be at least 1")
    }
    guard beamCount.isMultiple(of: groupCount) else {
      throw .conflict(
        "\(beamCount) beams can't be split into \(groupCount) equal groups;"
          + " make the beams a multiple of the groups")
    }
    guard diversityPenalty.isFinite, diversityPenalty >= 0 else {
      throw .invalidParameter(
        "diversity penalty",
        reason: "is \(diversityPenalty); it must be a finite number and at least 0")
    }
    try shape.validate(request, name: "diverse beam search", groupCount: groupCount)
  }

  /// The beams.
  public func sequenceCount(for request: DecodingRequest) -> Int { beamCount }

  /// A search with the prompt as the only beam of every group.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    groupCount == 1
      ? DiverseSearch.joint(
        JointBeamSearch(BestContinuations(scale: shape.scale), beams: shape, request: request))
      : DiverseSearch.grouped(
        GroupedBeamSearch(
          groupCount: groupCount, diversityPenalty: diversityPenalty, paddingToken: paddingToken,
          beams: shape, request: request))
  }

  private var shape: BeamShape {
    BeamShape(
      beamCount: beamCount, lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
      resultCount: resultCount, patience: patience)
  }
}

/// The search with one group or with several.
private enum DiverseSearch: DecodingSearch {
  case joint(JointBeamSearch<BestContinuations>)
  case grouped(GroupedBeamSearch)

  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    switch self {
    case .joint(var search):
      defer { self = .joint(search) }
      try search.advance(&tree, logits: logits, scratch: &scratch)
    case .grouped(var search):
      defer { self = .grouped(search) }
      try search.advance(&tree, logits: logits, scratch: &scratch)
    }
  }

  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
    switch self {
    case .joint(var search): search.conclude(&tree, reason: reason)
    case .grouped(var search): search.conclude(&tree, reason: reason)
    }
  }
}

extension DiverseBeamSearch {
  /// `num_beam_groups`
  public static let groupCount = Parameter<Int>.integer(
    "num_beam_groups", neutral: 1, "a whole number from 1 to 1024", in: 1...1024,
    help:
      "Number of groups of beams that avoid each other's tokens; above 1 is diverse beam search.")

  /// `diversity_penalty`
  public static let diversityPenalty = Parameter<Double>.number(
    "diversity_penalty", neutral: 0, "a number, 0 or above",
    help: "Penalty on a token for each beam of earlier groups that chose it in the same step.",
    needs: [groupCount.erased]
  ) { $0 >= 0 && $0.isFinite }

  /// `pad_token_id`
  public static let paddingToken = Parameter<TokenID?>(
    "pad_token_id", .integer, neutral: nil, spelled: nil, "a token id",
    help: "Token id that groups of beams which are done count as choosing.",
    flag: nil, tokens: { $0.map { [$0] } ?? [] }
  ) { value in
    guard case .integer = value else { return nil }
    return value.tokens?.first.map { .some($0) }
  }

  /// Groups of unequal sizes.
  private static func problems(_ given: GivenParameters) -> [StrategyProblem] {
    guard let beams = given[BeamParameters.count], let beamCount = beams.integer,
      let groups = given[groupCount], let groupCount = groups.integer,
      !beamCount.isMultiple(of: groupCount)
    else { return [] }
    return [
      .excess(
        Self.groupCount.erased,
        refusal: "\(groups.source): num_beams \(beamCount) (\(beams.source)) can't be split into"
          + " \(groupCount) equal groups; make num_beams a multiple of num_beam_groups",
        reason: "num_beams \(beamCount) is no multiple of it")
    ]
  }

  static let entry = StrategyEntry(
    "diverse-beam", activity: "under diverse beam search", results: .beams,
    parameters: [BeamParameters.count.erased, groupCount.erased, diversityPenalty.erased]
      + BeamParameters.ranking + [paddingToken.erased],
    trigger: StrategyEntry.Trigger(
      parameter: groupCount.erased,
      own: [groupCount.erased, diversityPenalty.erased, paddingToken.erased], request: "beams",
      contradiction: {
        "is a search for the best; choose \($0.choice(of: "beam-sample")), or leave do_sample out"
      },
      advice: { _, _, isNamed, spelling in
        isNamed
          ? "choose \(spelling.choice(of: "diverse-beam"))" : "give num_beam_groups above 1"
      }),
    problems: { problems($0) + BeamParameters.problems($0) }
  ) { (parameters, _) throws(DecodingFailure) in
    DiverseBeamSearch(
      beamCount: parameters.beamCount, groupCount: parameters[groupCount],
      diversityPenalty: parameters[diversityPenalty], lengthPenalty: parameters.lengthPenalty,
      earlyStopping: parameters.earlyStopping, resultCount: parameters.returnSequenceCount,
      patience: parameters.patience, paddingToken: parameters[paddingToken])
  }
}

extension StrategyEntry {
  /// Groups of beams that avoid each other's tokens: ``DiverseBeamSearch``.
  public static var diverseBeam: StrategyEntry { DiverseBeamSearch.entry }
}

extension Parameters {
  /// The number of groups of beams (`num_beam_groups`), of which ``beamCount`` is a multiple.
  public var beamGroupCount: Int {
    get { self[DiverseBeamSearch.groupCount] }
    set { self[DiverseBeamSearch.groupCount] = newValue }
  }

  /// What each choice of a token by earlier groups takes off its log-probability (`diversity_penalty`), 0 or above.
  public var diversityPenalty: Double {
    get { self[DiverseBeamSearch.diversityPenalty] }
    set { self[DiverseBeamSearch.diversityPenalty] = newValue }
  }

  /// What groups of beams that are done count as choosing (`pad_token_id`); `nil`: the lowest end-of-sequence token.
  public var paddingToken: TokenID? {
    get { self[DiverseBeamSearch.paddingToken] }
    set { self[DiverseBeamSearch.paddingToken] = newValue }
  }
}
