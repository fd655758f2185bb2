import Decoding
import LanguageModeling
import TestSupport
import Testing

/// How diffusion goes from noise to text.
@Suite struct DiffusionTests {
  private func request(
    _ diffusion: Diffusion, samples: [Int] = [0], length: Int, ends: Set<TokenID> = [],
    prompt: [TokenID] = [1, 2]
  ) -> DecodingRequest {
    DecodingRequest(
      prompt: prompt, strategy: diffusion, samples: samples, seed: 9,
      stopRules: StopRules(endOfSequence: ends, maxNewTokens: length))
  }

  private let greedy: [any Filter] = (try? [Temperature(0)]) ?? []

  @Test func aBlockOfOnePositionIsOrdinaryDecoding() throws {
    let table = TableLanguageModel(randomOver: 12, seed: 3)
    // The mask is a token that can't be: what would be its own distribution is that of the next token.
    let model = CanvasTableModel(table) { text, canvas in
      canvas.map { _ in table.logits(text) }
    }
    let chains: [[any Filter]] = [
      [], [try Temperature(0)], [try Temperature(0.7), try TopK(4), try TopP(0.8)],
    ]
    for filters in chains {
      var denoised = request(
        Diffusion(noise: .mask(11), blockLength: 1, filters: filters), samples: [0, 1, 5],
        length: 20, ends: [7])
      denoised.report = TokenReport(alternatives: 2, entropy: true)
      denoised.processors = [SuppressTokens([11])]
      var ordinary = denoised
      ordinary.strategy = Sampling(filters: filters)
      let (one, other) = (try run([denoised], over: model)[0], try run([ordinary], over: table)[0])
      #expect(one.tokens == other.tokens)
      #expect(one.hypotheses.map(\.finishReason) == other.hypotheses.map(\.finishReason))
    }
  }

  @Test func acceptingAllAtOnceIsOneStep() throws {
    let model = randomCanvasModel(vocabularyCount: 9)
    let one = Diffusion(noise: .mask(8), steps: 1, blockLength: 16)
    for acceptance in [CanvasAcceptance.threshold(1e-9), .entropyBound(1e9), .margin, .random] {
      var all = one
      all.acceptance = acceptance
      if !acceptance.followsAny { all.steps = 16 }
      let states = try canvases(request(all, length: 16), over: model)
      #expect(states.count == 1)
      #expect(
        try run([request(all, length: 16)], over: model)[0].tokens
          == run([request(one, length: 16)], over: model)[0].tokens)
    }
  }

  /// The loop that LLaDA publishes (`generate`, temperature 0, `low_confidence`), in double precision.
  @Test(arguments: [(8, 8, 8), (8, 4, 4), (16, 8, 4), (12, 4, 6), (16, 16, 5)])
  func temperatureZeroIsLLaDAsLoop(length: Int, block: Int, stepsPerBlock: Int) throws {
    let (count, mask) = (10, TokenID(9))
    for seed in 0..<5 {
      let noiseSeed = UInt64(seed)
      @Sendable func rows(_ text: [TokenID], _ canvas: [TokenID]) -> [[Float]] {
        let noise = CounterNoise(seed: noiseSeed, prompt: PromptHash(text + canvas), sample: 0)
        return canvas.indices.map { position in
          (0..<count).map { 2 * Float(noise.gumbel(position: position, token: TokenID($0))) }
        }
      }
      var text: [TokenID] = []
      for _ in 0..<length / block {
        var canvas = Array(repeating: mask, count: block)
        let (base, rest) = (block / stepsPerBlock, block % stepsPerBlock)
        for step in 0..<stepsPerBlock {
          let logits = rows([1, 2] + text, canvas).map { Array($0.dropLast()) }
          let confident = canvas.indices.filter { canvas[$0] == mask }.map { position in
            let best = Naive.ranking(logits[position])[0]
            return (position, TokenID(best), Naive.softmax(logits[position])[best])
          }.sorted { $0.2 > $1.2 }
          for (position, token, _) in confident.prefix(base + (step < rest ? 1 : 0)) {
            canvas[position] = token
          }
        }
        text += canvas
      }
      let diffusion = Diffusion(
        noise: .mask(mask), steps: stepsPerBlock * (length / block), blockLength: block,
        filters: greedy)
      let model = CanvasTableModel(TableLanguageModel(randomOver: count), denoise: rows)
      #expect(try run([request(diffusion, length: length)], over: model)[0].tokens == [text])
    }
  }

  @Test func nothingBesideItChangesAText() throws {
    let model = randomCanvasModel(vocabularyCount: 12)
    let settings = [
      Diffusion(noise: .mask(11), steps: 6, blockLength: 5),
      Diffusion(noise: .mask(11), steps: 20, blockLength: 8, acceptance: .random, remasking: 1),
      Diffusion(
        noise: .mask(11), steps: 9, blockLength: 4, schedule: .cosine, acceptance: .entropy),
      Diffusion(noise: .mask(11), blockLength: 7, acceptance: .threshold(0.4)),
      Diffusion(
        noise: .uniform, steps: 12, blockLength: 6, acceptance: .entropyBound(0.5),
        temperatures: Diffusion.TemperatureRange(first: 0.8, last: 0.4), stop: CanvasStop()),
    ]
    var requests = settings.flatMap { diffusion in
      [[1, 2], [1, 2, 3], [4]].map {
        request(diffusion, samples: [0, 1, 2], length: 17, ends: [5], prompt: $0)
      }
    }
    var guided = requests[0]
    guided.guidance = Guidance(scale: 2, negativePrompt: [3])
    requests.append(guided)
    requests.append(DecodingRequest(prompt: [1, 2], stopRules: StopRules(maxNewTokens: 30)))
    let together = try run(requests, over: model)
    for (index, request) in requests.enumerated() {
      let alone = try run([request], over: model)[0]
      #expect(together[index] == alone)
      #expect(alone.error == nil && alone.isCompleted)
    }
    // A sample is the same whatever others there are.
    var single = requests[0]
    single.samples = [2]
    #expect(try run([single], over: model)[0].tokens[0] == together[0].tokens[2])
    #expect(model.table.ledger.counts.openSequences == 0)
  }

  @Test func theFirstEndInABlockEndsTheText() throws {
    let model = CanvasTableModel(TableLanguageModel(randomOver: 6)) { text, canvas in
      canvas.indices.map { position in
        (0..<6).map { $0 == (text.count + position == 9 ? 4 : 2) ? 9 : 0 }
      }
    }
    var long = request(
      Diffusion(noise: .mask(5), blockLength: 6, filters: greedy), length: 20, ends: [4])
    let outcome = try run([long], over: model)[0]
    #expect(outcome.tokens == [[2, 2, 2, 2, 2, 2, 2, 4]])
    #expect(outcome.hypotheses[0].finishReason == .endOfSequence)
    // The end is masked where the text is still too short.
    long.stopRules.minNewTokens = 12
    #expect(try run([long], over: model)[0].tokens[0].count == 20)
    // The last block is as long as there is room.
    #expect(
      try run(
        [request(long.strategy as? Diffusion ?? Diffusion(noise: .mask(5)), length: 7)], over: model
      )[0].tokens[0].count == 7)
  }

  @Test func guidanceMovesEveryPositionAwayFromTheNegativePrompt() throws {
    let model = CanvasTableModel(TableLanguageModel(randomOver: 4)) { text, canvas in
      // Token 0 is best in both, token 1 much better after the prompt than after the negative one.
      canvas.map { _ in text.first == 1 ? [2, 1.5, 0, -9] : [2, -1, 0, -9] }
    }
    var guided = request(
      Diffusion(noise: .mask(3), steps: 2, blockLength: 4, filters: greedy), length: 4)
    #expect(try run([guided], over: model)[0].tokens == [[0, 0, 0, 0]])
    guided.guidance = Guidance(scale: 3, negativePrompt: [2])
    #expect(try run([guided], over: model)[0].tokens == [[1, 1, 1, 1]])
  }

  @Test func uniformNoiseEndsWhereTheModelIsSureAndStable() throws {
    let model = CanvasTableModel(TableLanguageModel(randomOver: 5)) { _, canvas in
      canvas.indices.map { position in (0..<5).map { $0 == position % 5 ? 40 : 0 } }
    }
    var diffusion = Diffusion(
      noise: .uniform, steps: 48, blockLength: 8, acceptance: .entropyBound(0.1), stop: CanvasStop()
    )
    let states = try canvases(request(diffusion, length: 8), over: model)
    // Once to see the tokens, once more to see that they stay.
    #expect(states.count == 2)
    #expect(
      try run([request(diffusion, length: 8)], over: model)[0].tokens == [[0, 1, 2, 3, 4, 0, 1, 2]])
    diffusion.stop = nil
    #expect(try canvases(request(diffusion, length: 8), over: model).count == 48)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let model = randomCanvasModel(vocabularyCount: 6)
    let good = request(Diffusion(noise: .mask(5), blockLength: 4), length: 4)
    func expectRefusal(_ part: String, _ change: (inout DecodingRequest) throws -> Void) throws {
      var bad = good
      try change(&bad)
      let error = #expect(throws: DecodingFailure.self) { try run([bad], over: model) }
      #expect(error.map { "\($0)".contains(part) } == true, "\(String(describing: error))")
    }
    try expectRefusal("another order") { $0.processors = [try RepetitionPenalty(1.2)] }
    try expectRefusal("at most 64") { $0.strategy = Diffusion(noise: .mask(5), blockLength: 65) }
    try expectRefusal("from 0 to 1") { $0.strategy = Diffusion(noise: .mask(5), remasking: 1.5) }
    try expectRefusal("uniform noise") { $0.strategy = Diffusion(noise: .uniform, remasking: 0.5) }
    try expectRefusal("at most 1") {
      $0.strategy = Diffusion(noise: .mask(5), acceptance: .threshold(1.5))
    }
    try expectRefusal("remembers") {
      $0.strategy = Diffusion(noise: .mask(5), filters: [try Mirostat(.second)])
    }
    let error = #expect(throws: DecodingFailure.self) { try run([good], over: model.table) }
    #expect(error.map { "\($0)".contains("can't look at a block") } == true)
  }

  @Test func aCancelledTextKeepsItsWholeBlocks() throws {
    let model = randomCanvasModel(vocabularyCount: 8)
    let decoder = try BatchDecoder(model: model)
    let index = try decoder.submit(request(Diffusion(noise: .mask(7), blockLength: 4), length: 40))
    for _ in 0..<7 { _ = try decoder.step() }
    decoder.cancel(request: index)
    let outcome = try run(decoder)[0]
    #expect(outcome.hypotheses[0].finishReason == .cancelled)
    #expect(outcome.tokens[0].count == 4)
    #expect(model.table.ledger.counts.openSequences == 0)
  }
}

extension CanvasAcceptance {
  /// Whether a schedule says how many positions are settled.
  fileprivate var followsAny: Bool {
    switch self {
    case .threshold, .entropyBound: false
    case .confidence, .margin, .entropy, .random: true
    }
  }
}

/// How many positions are settled after each step.
@Suite struct DenoisingScheduleTests {
  @Test(arguments: DenoisingSchedule.allCases)
  func aScheduleOnlyGrowsAndEndsWithAllPositions(schedule: DenoisingSchedule) {
    for positions in 1...20 {
      for steps in 1...30 {
        let counts = (0...steps).map {
          schedule.settledCount(after: $0, of: steps, positions: positions)
        }
        #expect(counts.first == 0 && counts.last == positions)
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 })
        if steps <= positions {
          #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 }, "\(positions) \(steps)")
        }
      }
    }
  }

  @Test func aLinearScheduleGivesWhatIsLeftOverToTheFirstSteps() {
    // LLaDA's get_num_transfer_tokens: base = masks // steps, one more for the first masks % steps.
    for (positions, steps) in [(32, 8), (10, 4), (7, 7), (31, 5)] {
      var sum = 0
      for step in 1...steps {
        sum += positions / steps + (step <= positions % steps ? 1 : 0)
        #expect(
          DenoisingSchedule.linear.settledCount(after: step, of: steps, positions: positions) == sum
        )
      }
    }
  }
}
