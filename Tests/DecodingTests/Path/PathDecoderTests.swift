import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct PathDecoderTests {
  private static let interval: ClosedRange<Float> = 0.2...1.6

  /// Models whose rows are random, with masks, and far from 0, where rounding is coarse.
  private static let models: [TableLanguageModel] = [
    TableLanguageModel(randomOver: 40, seed: 1),
    TableLanguageModel(vocabularyCount: 40) { tokens in
      row(40, tokens).enumerated().map { ($0 + tokens.count) % 4 == 1 ? -.infinity : $1 }
    },
    TableLanguageModel(vocabularyCount: 30) { tokens in row(30, tokens).map { $0 + 300 } },
  ]

  /// Models whose rows have ties, near ties, and more tokens than are sorted at once.
  private static let tiedModels: [TableLanguageModel] = [
    TableLanguageModel(vocabularyCount: 24) { tokens in row(24, tokens).map { $0.rounded() } },
    TableLanguageModel(vocabularyCount: 24) { tokens in
      row(24, tokens).enumerated().map { $1.rounded() + Float($0 % 3) * 0x1p-18 }
    },
    TableLanguageModel(randomOver: 2500, spread: 1, seed: 4),
  ]

  private static func row(_ count: Int, _ tokens: [TokenID]) -> [Float] {
    let noise = CounterNoise(seed: 5, prompt: PromptHash(tokens), sample: 0)
    return (0..<count).map { 2 * Float(noise.gumbel(position: 0, token: TokenID($0))) }
  }

  private func trial(
    _ model: TableLanguageModel, _ chain: PathChain, seed: UInt64, samples: [Int] = [0, 3],
    count: Int = 6
  ) -> PathTrial {
    PathTrial(
      model: model,
      request: DecodingRequest(
        prompt: [1, 2], samples: samples, seed: seed,
        stopRules: StopRules(endOfSequence: [7], maxNewTokens: count)), chain: chain)
  }

  @Test(arguments: PathChain.all)
  func everySegmentHoldsWhatDecodingGivesAtItsTemperatures(chain: PathChain) throws {
    for (index, model) in Self.models.enumerated() {
      let trial = trial(model, chain, seed: UInt64(index))
      let segments = try trial.segments(Self.interval)
      trial.checkCover(segments, Self.interval)
      #expect(segments.count > 5)
      try trial.check(segments, at: Self.interval.random(60, seed: UInt64(index)))
      // Every number around some of the breakpoints.
      for segment in segments.filter({ $0.temperatures.width > 1 }).prefix(4).dropFirst() {
        try trial.check(
          segments,
          at: Self.interval.numbers(around: segment.temperatures.lowerBound, within: 20))
      }
    }
  }

  @Test(arguments: PathChain.all)
  func shortIntervalsAreRightAtEveryNumber(chain: PathChain) throws {
    for (index, model) in Self.tiedModels.enumerated() {
      for (seed, start) in [Float(0.4), 0.9, 1.3].enumerated() {
        let interval = start...Float(bitPattern: start.bitPattern + (index == 2 ? 60 : 300))
        let trial = trial(model, chain, seed: UInt64(seed), samples: [1], count: 4)
        let segments = try trial.segments(interval)
        trial.checkCover(segments, interval)
        try trial.check(segments, at: interval.numbers(around: start, within: 1000))
      }
    }
  }

  @Test func aConstraintHoldsAtEveryTemperature() throws {
    for seed in 0..<6 {
      var trial = trial(
        Self.models[seed % 2], PathChain.all[seed % PathChain.all.count], seed: UInt64(seed))
      let constraint = Automaton(
        stateCount: 3, vocabularyCount: 40, ends: [7], hasDeadEnds: seed > 3, seed: UInt64(seed))
      trial.request.constraint = constraint
      let segments = try trial.segments(Self.interval)
      trial.checkCover(segments, Self.interval)
      try trial.check(segments, at: Self.interval.random(40, seed: UInt64(seed)))
    }
  }

  @Test func resultsDoNotDependOnHowManySequencesRunAtOnce() throws {
    var trial = trial(Self.models[0], PathChain.all[1], seed: 3, samples: [0, 1, 2], count: 8)
    let wide = try trial.segments(Self.interval)
    trial.limits.sequenceCount = 1
    #expect(try trial.segments(Self.interval) == wide)
    trial.limits.sequenceCount = 5
    #expect(try trial.segments(Self.interval) == wide)
    #expect(trial.model.ledger.counts.openSequences == 0)
  }

  @Test func tinyTemperaturesAreThoseAtWhichLogitsOverflow() throws {
    let interval = Float.leastNormalMagnitude...Float(1e-36)
    let trial = trial(Self.models[0], PathChain.all[0], seed: 1, samples: [0], count: 4)
    let segments = try trial.segments(interval)
    trial.checkCover(segments, interval)
    try trial.check(segments, at: interval.random(100, seed: 2))
  }

  @Test func moreSegmentsThanAllowedAreAnError() throws {
    var trial = trial(Self.models[0], PathChain.all[0], seed: 1)
    let count = try trial.segments(Self.interval).count
    trial.limits.segmentCount = count
    #expect(try trial.segments(Self.interval).count == count)
    trial.limits.segmentCount = count - 1
    #expect(throws: DecodingFailure.self) { try trial.segments(Self.interval) }
  }

  @Test func guidanceAndPenaltiesAreFollowed() throws {
    var trial = trial(Self.models[0], PathChain.all[1], seed: 2)
    trial.request.guidance = Guidance(scale: 1.5, negativePrompt: [5, 6, 7, 8])
    trial.request.processors = [try RepetitionPenalty(1.3)]
    trial.request.stopRules.minNewTokens = 3
    let segments = try trial.segments(Self.interval)
    trial.checkCover(segments, Self.interval)
    try trial.check(segments, at: Self.interval.random(60, seed: 1))
  }

  @Test func nothingToGenerateIsOneSegment() throws {
    let trial = trial(Self.models[0], PathChain.all[0], seed: 2, samples: [0], count: 0)
    let segments = try trial.segments(Self.interval)
    #expect(segments.count == 1)
    #expect(segments.first?.temperatures == Self.interval)
    #expect(segments.first?.hypothesis.finishReason == .length)
  }

  @Test func cancellingKeepsWhatThereIs() throws {
    let trial = trial(Self.models[0], PathChain.all[0], seed: 2)
    var request = trial.request
    request.strategy = Sampling(filters: [try Temperature(0.5)])
    let decoder = try PathDecoder(
      model: trial.model, request: request, temperatures: Self.interval)
    for _ in 0..<4 { _ = try decoder.step() }
    decoder.cancel()
    #expect(try !decoder.step())
    trial.checkCover(decoder.segments, Self.interval)
    #expect(decoder.segments.contains { $0.hypothesis.finishReason == .cancelled })
  }

  @Test(arguments: [
    ("typical", FilterOrder.huggingFace), ("epsilon", .huggingFace), ("eta", .huggingFace),
    ("top-h", .huggingFace), ("xtc", .huggingFace), ("p-less", .huggingFace),
    ("min-k", .huggingFace), ("dynatemp", .huggingFace), ("dynatemp", .llamaCpp),
    ("top-n-sigma", .huggingFace), ("mirostat", .mlx), ("adaptive-p", .llamaCpp),
  ])
  func filtersThatCannotBeFollowedAreNamed(name: String, order: FilterOrder) throws {
    let parameters = Parameters {
      $0.temperature = 0.5
      switch name {
      case "typical": $0.typicalP = 0.9
      case "epsilon": $0.epsilonCutoff = 0.1
      case "eta": $0.etaCutoff = 0.1
      case "top-h": $0.topH = 0.5
      case "xtc": $0.xtcProbability = 0.5
      case "p-less": $0.pLess = true
      case "min-k": $0.minK = 3
      case "dynatemp": $0.dynamicTemperatureRange = 0.2
      case "top-n-sigma": $0.topNSigma = 1
      case "mirostat": $0.mirostat = .second
      default: $0.adaptiveP = 0.3
      }
    }
    let request = DecodingRequest(
      prompt: [1], strategy: Sampling(filters: try order.filters(parameters)))
    let error = #expect(throws: DecodingFailure.self) {
      try PathDecoder(model: Self.models[0], request: request, temperatures: Self.interval)
    }
    #expect(error?.description.hasPrefix(name) == true)
  }

  @Test func aChainWithoutTemperatureAndOtherStrategiesAreRefused() throws {
    for strategy in [Sampling(filters: [try TopK(3)]), GreedySearch()] as [any DecodingStrategy] {
      #expect(throws: DecodingFailure.self) {
        try PathDecoder(
          model: Self.models[0], request: DecodingRequest(prompt: [1], strategy: strategy),
          temperatures: Self.interval)
      }
    }
  }
}

extension ClosedRange<Float> {
  /// How many numbers there are.
  fileprivate var width: Int { Int(upperBound.bitPattern - lowerBound.bitPattern) + 1 }
}
