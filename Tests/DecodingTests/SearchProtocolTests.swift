import Decoding
import LanguageModeling
import TestSupport
import Testing

/// A plain beam search, written as anyone outside the library would: keeps the `width` best hypotheses by
/// log-probability, and ends when all of the best have ended.
private struct PlainBeamSearch: DecodingStrategy {
  var width: Int
  var description: String { "beam search, \(width) wide" }

  func validate(_ request: DecodingRequest) throws(DecodingFailure) {}

  func makeSearch(for request: DecodingRequest) -> Search { Search(width: width) }

  struct Search: DecodingSearch {
    var width: Int
    var ended: [(hypothesis: HypothesisID, score: Double, reason: FinishReason)] = []

    mutating func advance(
      _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
    ) throws(DecodingFailure) {
      // Expand.
      var candidates: [(row: Int, token: TokenID, score: Double)] = []
      for row in tree.live.indices {
        let score = tree.logProbability(of: tree.live[row].hypothesis)
        try tree.load(row, of: logits, into: &scratch)
        for index in 0..<scratch.count {
          candidates.append(
            (
              row, scratch.token(at: index),
              score + Double(scratch.logit(at: index)) - tree.logNormalizer(ofRow: row)
            ))
        }
      }
      // Select: by score, among equals the lowest flat index.
      candidates.sort { ($1.score, $0.row, $0.token) < ($0.score, $1.row, $1.token) }
      var living = 0
      for candidate in candidates.prefix(width) {
        let child = try tree.extend(candidate.row, by: candidate.token, logits: logits)
        if let reason = child.finishReason {
          ended.append((child.hypothesis, candidate.score, reason))
        } else {
          tree.proceed(child, slot: living)
          living += 1
        }
      }
      if living == 0 { finish(&tree) }
    }

    mutating func conclude(_ tree: inout SearchTree, reason: FinishReason) {
      for leaf in tree.live {
        ended.append((leaf.hypothesis, tree.logProbability(of: leaf.hypothesis), reason))
      }
      finish(&tree)
    }

    private mutating func finish(_ tree: inout SearchTree) {
      ended.sort { ($1.score, $0.hypothesis.rawValue) < ($0.score, $1.hypothesis.rawValue) }
      for (rank, result) in ended.prefix(width).enumerated() {
        tree.complete(
          result.hypothesis, slot: rank, sample: rank, score: result.score, reason: result.reason)
      }
    }
  }
}

@Suite struct SearchProtocolTests {
  @Test func aWideBeamFindsTheExhaustiveRanking() throws {
    for seed in 0..<10 {
      let logits: @Sendable ([TokenID]) -> [Float] = { tokens in
        let noise = CounterNoise(seed: UInt64(seed), prompt: PromptHash(tokens), sample: 0)
        return (0..<4).map { Float(noise.gumbel(position: 0, token: $0)) }
      }
      let model = TableLanguageModel(vocabularyCount: 4, logits: logits)
      let request = DecodingRequest(
        prompt: [1], strategy: PlainBeamSearch(width: 4 * 4 * 4 * 4),
        stopRules: StopRules(endOfSequence: [0], maxNewTokens: 4))
      let outcome = try run([request], over: model)[0]
      let expected = Naive.sequences(after: [1], length: 4, logits: logits)
      #expect(outcome.hypotheses.count == expected.count)
      for hypothesis in outcome.hypotheses {
        let score = try #require(expected[hypothesis.tokens.map(\.token)])
        #expect(abs(hypothesis.score - score) < 1e-5)
      }
      #expect(outcome.hypotheses.map(\.score) == outcome.hypotheses.map(\.score).sorted(by: >))
      #expect(model.ledger.counts.openSequences == 0)
    }
  }

  @Test func oneBeamIsGreedy() throws {
    let model = TableLanguageModel(randomOver: 12)
    let rules = StopRules(endOfSequence: [3], maxNewTokens: 30)
    for start in 0..<12 {
      let outcomes = try run(
        [
          DecodingRequest(
            prompt: [TokenID(start)], strategy: PlainBeamSearch(width: 1), stopRules: rules),
          DecodingRequest(prompt: [TokenID(start)], stopRules: rules),
        ], over: model)
      #expect(outcomes[0].tokens == outcomes[1].tokens)
    }
  }

  @Test func beamsBesideOtherRequestsGiveTheSame() throws {
    let model = TableLanguageModel(randomOver: 12)
    let rules = StopRules(endOfSequence: [3], maxNewTokens: 10)
    let requests = [
      DecodingRequest(prompt: [1, 2], strategy: PlainBeamSearch(width: 5), stopRules: rules),
      DecodingRequest(
        prompt: [1, 2], strategy: Sampling(), samples: [0, 1, 2], seed: 4, stopRules: rules),
      DecodingRequest(prompt: [4], strategy: PlainBeamSearch(width: 3), stopRules: rules),
    ]
    let alone = try requests.map { try run([$0], over: model)[0] }
    #expect(try run(requests, over: model) == alone)
    #expect(model.ledger.counts.openSequences == 0)
  }

  @Test func everyEventOfABeamHasAParentThatWasTold() throws {
    let decoder = try BatchDecoder(model: TableLanguageModel(randomOver: 12))
    try decoder.submit(
      DecodingRequest(
        prompt: [1, 2], strategy: PlainBeamSearch(width: 6),
        stopRules: StopRules(endOfSequence: [3, 4], maxNewTokens: 10)))
    var built: [HypothesisID: [GeneratedToken]] = [.prompt: []]
    while let events = try decoder.step() {
      for event in events {
        if case .token(let token) = event {
          built[token.hypothesis] = try #require(built[token.parent]) + [token.token]
        } else if case .finished(_, let hypothesis) = event {
          #expect(built[hypothesis.id] == hypothesis.tokens)
        }
      }
    }
  }

  @Test func aCancelledBeamGivesItsBestSoFar() throws {
    let model = TableLanguageModel(randomOver: 12)
    let decoder = try BatchDecoder(model: model)
    try decoder.submit(
      DecodingRequest(
        prompt: [1, 2], strategy: PlainBeamSearch(width: 3),
        stopRules: StopRules(maxNewTokens: 10)))
    for _ in 0..<4 { _ = try decoder.step() }
    decoder.cancel()
    let outcome = try run(decoder)[0]
    #expect(outcome.hypotheses.map(\.tokens.count) == [4, 4, 4])
    #expect(outcome.hypotheses.allSatisfy { $0.finishReason == .cancelled })
    #expect(model.ledger.counts.openSequences == 0)
  }
}
