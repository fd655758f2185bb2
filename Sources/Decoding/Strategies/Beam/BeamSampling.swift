import LanguageModeling

/// Beam search that draws its continuations: beam sampling, as transformers 4.51.3 does it in `_beam_search` with
/// `do_sample`.
///
/// A step is that of ``BeamSearch``, but its *K* continuations are drawn without replacement, from the softmax over all
/// beams of the cumulative scores with the token's score added, which is the log-probability that the filters leave,
/// not renormalised. Those that end are results where they are among the first *B* draws; of the others the best *B*
/// by score live on. The draw takes the *K* greatest sums of score and Gumbel noise in descending order, which has
/// exactly that distribution (Vieira, “Gumbel-max trick and weighted reservoir sampling”, 2014). The noise is
/// `CounterNoise` of the request's one sample, with row · vocabulary + token in the token's place.
///
/// One beam is plain ``Sampling``. What the scores and results mean, and how it differs from transformers, ``BeamSearch``
/// says. transformers lets no filter keep fewer candidates than one more than there are end-of-sequence tokens, at
/// least 2; ``FilterOrder`` makes such filters of its `minimumKept`.
///
///     BeamSampling(beamCount: 4, filters: [try TopK(50)], resultCount: 2).description
///     // "beam-sample, 4 beams, length penalty 1.0, early stopping false, top-k 50"
///
/// - Complexity: as ``BeamSearch``, and a quarter of a Philox block for each candidate that the filters leave.
public struct BeamSampling: DecodingStrategy {
  /// The number of hypotheses that live at once, *B*; at least 1.
  public var beamCount: Int
  /// What is done to the log-probabilities before the draw, in order.
  public var filters: [any Filter]
  /// The power of the length that results' scores are divided by: above 0 favours long ones, below 0 short ones.
  public var lengthPenalty: Double
  /// When to end with *B* results.
  public var earlyStopping: EarlyStopping
  /// How many results to give, best first; at most ``beamCount``.
  public var resultCount: Int
  /// How many results are collected before the search may end, in multiples of the beams, rounded; above 0. (Kasai et
  /// al. 2022, arXiv 2204.05424, whose search ends as ``EarlyStopping/immediate`` does.)
  public var patience: Double

  /// A search for the best of `beamCount` beams, by default drawn from the model's own distribution.
  public init(
    beamCount: Int, filters: [any Filter] = [], lengthPenalty: Double = 1,
    earlyStopping: EarlyStopping = .heuristic, resultCount: Int = 1, patience: Double = 1
  ) {
    self.beamCount = beamCount
    self.filters = filters
    self.lengthPenalty = lengthPenalty
    self.earlyStopping = earlyStopping
    self.resultCount = resultCount
    self.patience = patience
  }

  /// `beam-sample`, the parameters and the filters.
  public var description: String {
    let parameters =
      "beam-sample, \(beamCount) beams, length penalty \(lengthPenalty),"
      + " early stopping \(earlyStopping.rawValue)"
      + (patience == 1 ? "" : ", patience \(patience)")
    return ([parameters] + filters.map(\.description)).joined(separator: ", ")
  }

  /// Refuses numbers outside their ranges, and requests for several samples: each would be a search of its own.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    try shape.validate(request, name: "beam sampling")
    if let filter = filters.first(where: { $0.remembers }) {
      throw .conflict(
        "beam sampling adds up what the filters leave of log-probabilities, and \(filter.name)"
          + " replaces them by what was drawn before; leave it out, or sample")
    }
  }

  /// The beams.
  public func sequenceCount(for request: DecodingRequest) -> Int { beamCount }

  /// A search with the prompt as its only beam.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    JointBeamSearch(
      DrawnContinuations(scale: shape.scale, filters: FilterChain(filters)), beams: shape,
      request: request)
  }

  private var shape: BeamShape {
    BeamShape(
      beamCount: beamCount, lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
      resultCount: resultCount, patience: patience)
  }
}

/// Continuations drawn without replacement, in the order of the draw.
private struct DrawnContinuations: BeamExpansion {
  static var isRanked: Bool { false }

  let scale: ScoreScale
  let filters: FilterChain

  func expand(
    _ row: Int, score: Double, limit: Int, tree: inout SearchTree, logits: Span<Float>,
    scratch: inout Candidates, into continuations: inout [BeamContinuation]
  ) throws(DecodingFailure) -> Bool {
    let width = logits.count / tree.live.count
    let noise = tree.noise(ofSlot: 0)
    let position = tree.length(of: tree.live[row].hypothesis)
    try tree.load(
      row, of: logits, into: &scratch, shapedBy: filters, state: filters.initialState,
      noise: noise, position: position, as: scale,
      shift: scale == .logits ? -tree.logNormalizer(ofRow: row) : nil)
    var block: TokenID = -1
    var words = Philox4x32.Words()
    var goesOn = false
    for index in 0..<scratch.count where scratch.logit(at: index) > -.infinity {
      goesOn = true
      let place = TokenID(truncatingIfNeeded: row &* width &+ Int(scratch.token(at: index)))
      if place &>> 2 != block {
        block = place &>> 2
        words = noise.highWords(position: position, token: place)
      }
      let word = words[Int(place & 3)]
      let gain = Double(scratch.logit(at: index))
      // As in the draw of one token: the noise is at most this many times ln 2.
      let bound = Double((word == 0 ? 52 : word.leadingZeroBitCount) + 1) * 0.693_147_2
      if continuations.count >= limit, let last = continuations.last,
        score + gain + bound <= last.priority
      {
        continue
      }
      let gumbel = noise.gumbel(position: position, token: place, highWord: word)
      continuations.insert(
        BeamContinuation(
          row: row, token: scratch.token(at: index), score: score + gain, gain: gain,
          priority: score + gain + gumbel),
        limit: limit)
    }
    return goesOn
  }
}

extension [BeamContinuation] {
  /// Inserts a continuation after those of at least its priority, and drops what is after the first `limit`.
  fileprivate mutating func insert(_ continuation: BeamContinuation, limit: Int) {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].priority >= continuation.priority { low = middle + 1 } else { high = middle }
    }
    guard low < limit else { return }
    if count >= limit { removeLast() }
    insert(continuation, at: low)
  }
}

extension StrategyEntry {
  /// Beams that draw their continuations: ``BeamSampling``.
  public static let beamSample = StrategyEntry(
    "beam-sample", activity: "under beam sampling", results: .beams, filters: [.ordered],
    parameters: [BeamParameters.count.erased] + BeamParameters.ranking,
    problems: BeamParameters.problems
  ) { (parameters, sources) throws(DecodingFailure) in
    BeamSampling(
      beamCount: parameters.beamCount,
      // transformers' `min_tokens_to_keep`: enough for a beam to go on whatever ends.
      filters: try parameters.filterOrder.filters(
        parameters, minimumKept: max(2, sources.endOfSequenceCount + 1)),
      lengthPenalty: parameters.lengthPenalty, earlyStopping: parameters.earlyStopping,
      resultCount: parameters.returnSequenceCount, patience: parameters.patience)
  }
}
