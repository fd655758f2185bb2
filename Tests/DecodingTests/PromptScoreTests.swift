import Decoding
import LanguageModeling
import TestSupport
import Testing

/// Prompts that are scored on their way, against the scorer that reads one sequence by itself.
@Suite struct PromptScoreTests {
  private static let model = TableLanguageModel(randomOver: 11, contextLength: 1400)

  private struct Outcome: Equatable {
    var scores: [ScoredToken] = []
    var tokens: [[TokenID]] = []
    var failure: DecodingFailure?
  }

  /// Runs requests together, some of which join later.
  private func run(
    _ requests: [DecodingRequest], joining: (Int) -> Int = { _ in 0 },
    model: TableLanguageModel = Self.model
  ) throws -> [Outcome] {
    let decoder = try BatchDecoder(model: model)
    var outcomes = requests.map { _ in Outcome() }
    var places: [Int: Int] = [:]
    var step = 0
    var rest = Array(requests.indices)
    while true {
      for place in rest where joining(place) <= step {
        places[try decoder.submit(requests[place])] = place
      }
      rest.removeAll { joining($0) <= step }
      step += 1
      guard let events = try decoder.step() else {
        if rest.isEmpty { return outcomes }
        continue
      }
      for event in events {
        switch event {
        case .promptRead(let request):
          outcomes[places[request] ?? 0].scores = decoder.promptScores(ofRequest: request)
        case .finished(let request, let hypothesis):
          outcomes[places[request] ?? 0].tokens.append(hypothesis.tokens.map(\.token))
        case .failed(let request, let error): outcomes[places[request] ?? 0].failure = error
        case .canvas, .token, .completed: continue
        }
      }
    }
  }

  private func expected(_ prompt: [TokenID], alternatives: Int) throws -> [ScoredToken] {
    let scorer = try SequenceScorer(model: Self.model)
    let scores = try scorer.score(prompt).logProbabilities
    return try prompt.indices.map { index in
      let next =
        index == 0 || alternatives == 0
        ? [] : try scorer.score(Array(prompt[..<index]), alternatives: alternatives).next
      return ScoredToken(
        token: prompt[index], logProbability: scores[index], alternatives: next)
    }
  }

  /// Prompts that share beginnings of several lengths, one of which is another's whole.
  private var prompts: [[TokenID]] {
    let base = (0..<60).map { TokenID($0 * $0 % 11) }
    return [
      base, base + [1, 2, 3], base + [1, 2, 4, 5], Array(base.prefix(30)), [7],
      Array(base.prefix(30)) + [9, 9], base, [7, 7],
    ]
  }

  @Test(arguments: [0, 1, 3])
  func scoresAreThoseOfEachPromptAlone(alternatives: Int) throws {
    let requests = prompts.enumerated().map { index, prompt in
      DecodingRequest(
        prompt: prompt, strategy: Sampling(), seed: UInt64(index),
        stopRules: StopRules(maxNewTokens: index % 3), promptAlternatives: alternatives)
    }
    let alone = try requests.map { try run([$0])[0] }
    for (index, outcome) in alone.enumerated() {
      #expect(outcome.scores == (try expected(prompts[index], alternatives: alternatives)))
      #expect(outcome.tokens[0].count == index % 3)
    }
    #expect(try run(requests) == alone)
    #expect(try run(requests, joining: { $0 * 5 % 4 }) == alone)
  }

  @Test func aPromptMayAskForMoreThanAnotherThatBeginsAlike() throws {
    let requests = prompts.enumerated().map { index, prompt in
      DecodingRequest(
        prompt: prompt, stopRules: StopRules(maxNewTokens: 4),
        promptAlternatives: index % 4 == 3 ? nil : index % 4)
    }
    let outcomes = try run(requests)
    for (index, outcome) in outcomes.enumerated() {
      let scores =
        index % 4 == 3 ? [] : try expected(prompts[index], alternatives: index % 4)
      #expect(outcome.scores == scores)
    }
    // Scoring changes no continuation.
    let plain = try run(
      requests.map {
        var request = $0
        request.promptAlternatives = nil
        return request
      })
    #expect(plain.map(\.tokens) == outcomes.map(\.tokens))
  }

  @Test func promptsOfManyStepsAreScoredToTheEnd() throws {
    let prompt = (0..<1300).map { TokenID($0 * 7 % 11) }
    let request = DecodingRequest(
      prompt: prompt, stopRules: StopRules(maxNewTokens: 1), promptAlternatives: 0)
    let outcome = try run([request, request])
    #expect(outcome[0] == outcome[1])
    let scores = try SequenceScorer(model: Self.model).score(prompt).logProbabilities
    #expect(outcome[0].scores.map(\.logProbability) == scores)
  }

  @Test func aPromptThatFillsTheContextIsScored() throws {
    let prompt = [TokenID](repeating: 3, count: Self.model.contextLength)
    let outcome = try run([
      DecodingRequest(
        prompt: prompt, stopRules: StopRules(maxNewTokens: 5), promptAlternatives: 1)
    ])[0]
    #expect(outcome.scores.count == prompt.count && outcome.tokens == [[]])
  }

  @Test func guidanceLeavesTheScoresToThePromptAlone() throws {
    let request = DecodingRequest(
      prompt: prompts[1], strategy: Sampling(), stopRules: StopRules(maxNewTokens: 3),
      guidance: Guidance(scale: 2, negativePrompt: prompts[0]), promptAlternatives: 1)
    #expect(try run([request])[0].scores == expected(prompts[1], alternatives: 1))
  }

  @Test func logitsThatAreNoDistributionFailTheirOwnPromptAlone() throws {
    let model = TableLanguageModel(vocabularyCount: 5) { tokens in
      tokens.count == 2 && tokens[1] == 4 ? [.nan, 0, 0, 0, 0] : [0, 1, 2, 3, 4]
    }
    let requests = [[1, 4, 2], [1, 2, 3]].map {
      DecodingRequest(
        prompt: $0, stopRules: StopRules(maxNewTokens: 1), promptAlternatives: 0)
    }
    let outcomes = try run(requests, model: model)
    guard case .model(.notFinite) = outcomes[0].failure else {
      Issue.record("\(outcomes[0])")
      return
    }
    #expect(outcomes[1].failure == nil && outcomes[1].scores.count == 3)
  }

  @Test func fewerThanNoAlternativesAreRefused() throws {
    let decoder = try BatchDecoder(model: Self.model)
    #expect(throws: DecodingFailure.self) {
      try decoder.submit(DecodingRequest(prompt: [1], promptAlternatives: -1))
    }
  }

  @Test func theRowsOfAScoredPromptAreCounted() {
    let memory = SessionMemory(rowBytes: 4 << 20)
    let plain = DecodingRequest(prompt: [TokenID](repeating: 1, count: 100))
    var scored = plain
    scored.promptAlternatives = 0
    let needs = [plain, scored].map { $0.needs(of: memory, contextLength: 200).bytes }
    // 64 MiB hold 16 rows of 4 MiB.
    #expect(needs[1] - needs[0] == 16 * 4 << 20)
  }
}
