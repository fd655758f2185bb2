import Decoding
import LanguageModeling
import TestSupport

/// A drafter that says what a function of the hypothesis says.
struct ScriptedDrafter: Drafter {
  var script: (DraftedHypothesis) -> [TokenID]

  func propose(_ hypotheses: [DraftedHypothesis]) -> [[TokenID]] { hypotheses.map(script) }
}

/// A drafter that knows what comes: the tokens of each slot of each request, from a run without drafts.
struct Oracle: Drafter {
  var outcomes: [Outcome]
  /// Changes what it knows.
  var spoil: (_ token: TokenID, _ position: Int) -> TokenID = { token, _ in token }

  func propose(_ hypotheses: [DraftedHypothesis]) -> [[TokenID]] {
    hypotheses.map { hypothesis in
      let tokens = outcomes[hypothesis.lane.request].tokens[hypothesis.lane.slot]
      let known = hypothesis.context.generatedCount
      return tokens.enumerated().dropFirst(known).prefix(hypothesis.limit).map {
        spoil($0.element, $0.offset)
      }
    }
  }
}

/// What a run told: for each request its events, and what became of its drafts.
struct Transcript: Equatable {
  var events: [[DecodingEvent]]
  var counts: [DraftCounts]

  init(
    _ requests: [DecodingRequest], over model: some LanguageModel, drafter: (any Drafter)? = nil
  ) throws {
    let decoder = try BatchDecoder(model: model, drafter: drafter)
    for request in requests { try decoder.submit(request) }
    events = requests.map { _ in [] }
    while let step = try decoder.step() {
      for event in step { events[event.request].append(event) }
    }
    counts = requests.indices.map { decoder.draftCounts(ofRequest: $0) }
  }

  /// All drafts together.
  var total: DraftCounts {
    counts.reduce(into: DraftCounts()) {
      $0.drafted += $1.drafted
      $0.accepted += $1.accepted
    }
  }
}

extension DecodingEvent {
  /// The request that it is about.
  var request: Int {
    switch self {
    case .promptRead(let request), .canvas(let request, _),
      .finished(let request, _), .completed(let request),
      .failed(let request, _):
      request
    case .token(let token): token.request
    }
  }
}

/// Random requests over a small vocabulary, under every strategy that takes drafts and with all that may bear on the
/// next token.
func draftableRequests(vocabularyCount: Int, count: Int, seed: UInt64) throws -> [DecodingRequest] {
  var random = SplitMix64(seed: seed)
  func token() -> TokenID { TokenID(random.below(vocabularyCount)) }
  let filters: [[any Filter]] = [
    [], [try Temperature(0.3)], [try Temperature(0.8), try TopK(5)],
    [try Temperature(2), try TopP(0.8)], [try MinP(0.1)],
    try FilterOrder.llamaCpp.filters(
      Parameters {
        $0.temperature = 0.9
        $0.topK = 9
        $0.xtcProbability = 0.5
        $0.xtcThreshold = 0.1
      }),
  ]
  let processors: [[any LogitsProcessor]] = [
    [], [try RepetitionPenalty(1.5)], [try NoRepeatNGram(2)],
    [try OccurrencePenalty(frequency: 0.6, presence: 0.4)],
  ]
  let strategies: [any DecodingStrategy] =
    filters.map { Sampling(filters: $0) } + [
      ArithmeticSampling(codeCount: 4), ArithmeticSampling(codeCount: 3, filters: [try TopK(4)]),
      Sampling(filters: [try Mirostat(.first, target: 2)]),
      Sampling(filters: [try Temperature(1.2), try Mirostat(.second, target: 1.5)]),
      Sampling(filters: [try Temperature(1.2), try MinP(0.05), try AdaptiveP(target: 0.3)]),
      ArithmeticSampling(codeCount: 4, filters: [try AdaptiveP(target: 0.5, decay: 0.5)]),
    ]
  return (0..<count).map { _ in
    let isGreedy = random.below(3) == 0
    let ends = Set((0..<random.below(3)).map { _ in token() })
    let most = random.below(25)
    return DecodingRequest(
      prompt: (0...random.below(9)).map { _ in token() },
      strategy: isGreedy ? GreedySearch() : strategies[random.below(strategies.count)],
      samples: isGreedy ? [random.below(3)] : Array(0...random.below(4)), seed: random.next(),
      stopRules: StopRules(
        endOfSequence: ends, maxNewTokens: most, minNewTokens: random.below(most + 1),
        ignoresEndOfSequence: random.below(4) == 0),
      matcher: random.below(3) == 0 ? StopPair(first: token(), second: token()) : nil,
      processors: processors[random.below(processors.count)],
      report: TokenReport(
        alternatives: random.below(3), processedLogProbability: random.below(2) == 0,
        entropy: random.below(2) == 0),
      draftLimit: random.below(8))
  }
}

/// Ends a hypothesis after two tokens: a stop string that spans them.
struct StopPair: TokenMatcher {
  var first: TokenID
  var second: TokenID
  var last: TokenID?

  init(first: TokenID, second: TokenID) {
    self.first = first
    self.second = second
  }

  mutating func accept(_ token: TokenID) -> Bool {
    defer { last = token }
    return last == first && token == second
  }
}
