import Decoding
import Inference
import LanguageModeling
import Models
import Testing
import Transformer

@Suite struct MemoryTests {
  private static let model = Result { try Model.embedded() }

  private func strategies() throws -> [any DecodingStrategy] {
    [
      GreedySearch(), BeamSearch(beamCount: 5),
      DiverseBeamSearch(beamCount: 4, groupCount: 2, diversityPenalty: 0.5),
      BeamSampling(beamCount: 3), StochasticBeamSearch(beamCount: 6),
      ArithmeticSampling(codeCount: 3), Sampling(),
      ContrastiveSearch(penaltyAlpha: 0.6, candidateCount: 4),
    ]
  }

  @Test(arguments: CacheType.allCases)
  func noRequestHoldsMoreBlocksOrSequencesThanItSaidItWould(cacheType: CacheType) throws {
    let model = try Self.model.get().loaded.model
    let options = SessionOptions(threads: 1, cacheType: cacheType)
    // Logits and tables aside: keys and values alone.
    let whole = model.memory(options)
    let memory = SessionMemory(blockBytes: whole.blockBytes, blockPositions: whole.blockPositions)
    for strategy in try strategies() {
      for length in [1, 31, 32, 33, 70] {
        for guidance in [nil, Guidance(scale: 1.5, negativePrompt: [1, 5, 9])] {
          let isSampled = strategy is Sampling || strategy is ArithmeticSampling
          let request = DecodingRequest(
            prompt: (0..<length).map { TokenID(3 + $0) }, strategy: strategy,
            samples: isSampled ? [0, 1, 2] : [0], seed: 1,
            stopRules: StopRules(maxNewTokens: 40), guidance: guidance)
          let needs = request.needs(of: memory, contextLength: model.contextLength)
          let session = try model.makeSession(options)
          let decoder = BatchDecoder(
            session: session, vocabularyCount: model.vocabularyCount,
            contextLength: model.contextLength)
          try decoder.submit(request)
          var most = 0
          while try decoder.step() != nil {
            most = max(most, session.heldBlockCount * memory.blockBytes)
          }
          #expect(most > 0 && most <= needs.bytes, "\(strategy), \(length) tokens")
          // Nothing is forked where there is one hypothesis, so that the number is exact.
          if strategy is GreedySearch, guidance == nil { #expect(most == needs.bytes) }
        }
      }
    }
  }

  @Test func narrowCachesTakeLessMemory() throws {
    let model = try Self.model.get().loaded.model
    let floats = model.memory(SessionOptions())
    let halves = model.memory(SessionOptions(cacheType: .float16))
    #expect(floats.blockBytes == 2 * halves.blockBytes && halves.blockBytes > 0)
    // Nine bits for each number, where heads are whole groups of 32.
    let bytes = model.memory(SessionOptions(cacheType: .int8))
    #expect(floats.blockBytes * 9 == 32 * bytes.blockBytes)
    #expect(floats.rowBytes == 4 * model.vocabularyCount)
    #expect(floats.hiddenStateBytes == 4 * model.configuration.hiddenSize)
    #expect(CoalescingModel(model).memory(SessionOptions()).rowBytes == 2 * floats.rowBytes)
  }

  @Test func numbersThatFitNowhereAreTheGreatest() {
    let request = DecodingRequest(
      prompt: [1], strategy: BeamSearch(beamCount: .max),
      stopRules: StopRules(maxNewTokens: .max))
    let memory = SessionMemory(blockBytes: 1 << 20, blockPositions: 32, rowBytes: 1 << 20)
    let needs = request.needs(of: memory, contextLength: .max)
    #expect(needs.bytes == .max && needs.sequenceCount == .max)
  }

  @Test func theBudgetIsAPartOfWhatIsThere() {
    #expect(SchedulerLimits.defaultMemoryBytes > 1 << 24)
    #expect(SchedulerLimits.defaultMemoryBytes <= AvailableMemory.bytes)
  }

  #if os(Linux)
    @Test func theKernelsFiguresAreRead() {
      let text = "MemTotal:       24576 kB\nMemAvailable:   12288 kB\nBuffers: 1 kB\n"
      #expect(AvailableMemory.available(meminfo: text) == 12288 * 1024)
      #expect(AvailableMemory.available(meminfo: "MemTotal: 1 kB") == nil)
      #expect(AvailableMemory.available(meminfo: nil) == nil)
      // Pages of files are given up when memory is short.
      #expect(
        AvailableMemory.left(
          limit: "1000\n", current: "900\n", statistics: "anon 500\nfile 300\nfile_mapped 7\n")
          == 400)
      #expect(AvailableMemory.left(limit: "1000", current: "1200", statistics: nil) == 0)
      #expect(AvailableMemory.left(limit: "max\n", current: "900", statistics: nil) == nil)
      #expect(AvailableMemory.left(limit: nil, current: nil, statistics: nil) == nil)
      func left(_ limit: UInt, _ pages: String?) -> Int? {
        AvailableMemory.left(limit: limit, pages: pages, field: 0, page: 4096)
      }
      #expect(left(1 << 20, "100 2 3") == (1 << 20) - 409_600)
      #expect(left(1 << 10, "100 2 3") == 0)
      #expect(left(.max, "100 2 3") == nil && left(1 << 20, nil) == nil)
    }
  #endif
}
