import Decoding
import Foundation
import Generation
import Inference
import LanguageModeling
import Testing

/// Requests of many tasks over one model at work.
@Suite struct EngineTests {
  private static let model = Result { try Model.embedded() }

  private func request(_ index: Int, length: Int = 12) throws -> GenerationRequest {
    let model = try Self.model.get()
    var settings = GenerationSettings()
    settings.maxNewTokens = length
    settings.returnSequenceCount = 1 + index % 3
    settings.topK = 20
    let prompts = ["Once upon a time", "The king", "A fox and a crow met in", "She said"]
    var request = try model.template(for: model.resolve(settings)).request(
      for: model.prepare(.text(prompts[index % prompts.count])).tokens, seed: UInt64(index),
      report: TokenReport(alternatives: 2))
    request.promptAlternatives = index % 2 == 0 ? 1 : nil
    return request
  }

  private struct Outcome: Equatable {
    var sequences: [GeneratedSequence]
    var scores: [ScoredToken]
  }

  private func outcome(_ result: GenerationResult) -> Outcome {
    Outcome(sequences: result.sequences, scores: result.promptScores)
  }

  private func run(
    _ requests: [GenerationRequest], on engine: Engine
  ) async throws -> [Outcome] {
    var outcomes: [Int: Outcome] = [:]
    for await event in try engine.submit(requests) {
      switch event {
      case .completed(let index, let result): outcomes[index] = outcome(result)
      case .failed(_, let error): throw error
      case .promptRead, .canvas, .token, .text, .finished: continue
      }
    }
    return requests.indices.compactMap { outcomes[$0] }
  }

  @Test func whatATaskGetsDoesNotDependOnTheOthers() async throws {
    let model = try Self.model.get()
    let alone = try (0..<16).map { index in
      outcome(try model.generator.generate([try request(index)])[0].get())
    }
    let engine = try Engine(model, limits: SchedulerLimits(sequenceCount: 5))
    for _ in 0..<2 {
      let together = try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
        for index in 0..<16 {
          let request = try request(index)
          group.addTask { (index, try await self.run([request], on: engine)[0]) }
        }
        var outcomes: [Int: Outcome] = [:]
        for try await (index, outcome) in group { outcomes[index] = outcome }
        return (0..<16).compactMap { outcomes[$0] }
      }
      #expect(together == alone)
    }
    let group = try await run((0..<16).map { try request($0) }, on: engine)
    #expect(group == alone)
    let counts = engine.counts
    #expect(counts.unfinished == 0 && counts.completed == 48 && counts.cancelled == 0)
    #expect(counts.generatedTokens > 0 && counts.promptTokens > 0)
  }

  @Test func aReaderThatGoesAwayTakesItsRequestsAlong() async throws {
    let engine = try Engine(try Self.model.get(), requestLimit: 4)
    let long = try request(0, length: 480)
    // On a thread of its own, since the requests would end before a reader that other tests keep waiting.
    let executor = ThreadPoolExecutor(name: "tests", threadCount: 1)
    try await withTaskExecutorPreference(executor) {
      var count = 0
      for await event in try engine.submit([long, long, long, long]) {
        if case .token = event { count += 1 }
        if count == 3 { break }
      }
    }
    // The room that they took is free again, long before they would have ended.
    let outcomes = try await retrying {
      try await self.run([try self.request(1), try self.request(2)], on: engine)
    }
    #expect(outcomes.count == 2)
    #expect(engine.counts.cancelled == 4 && engine.counts.completed == 2)
    #expect(engine.counts.generatedTokens < 400)
  }

  private func retrying<Value: Sendable>(
    _ body: @Sendable () async throws -> Value
  ) async throws -> Value {
    for _ in 0..<200 {
      do { return try await body() } catch is EngineRefusal {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    return try await body()
  }

  @Test func aFullEngineRefusesAndGoesOn() async throws {
    let engine = try Engine(try Self.model.get(), requestLimit: 2)
    let long = try request(1, length: 60)
    #expect(throws: EngineRefusal.tooMany(count: 3, limit: 2)) {
      _ = try engine.submit([long, long, long])
    }
    let events = try engine.submit([long, long])
    #expect(throws: EngineRefusal.full(limit: 2)) { _ = try engine.submit([long]) }
    var completed = 0
    for await event in events { if case .completed = event { completed += 1 } }
    #expect(completed == 2)
    #expect(try await run([long], on: engine).count == 1)
  }

  @Test func aRequestThatMakesNoSenseFailsAlone() async throws {
    let engine = try Engine(try Self.model.get())
    var bad = try request(0)
    bad.prompt = [99_999]
    let good = try request(3)
    var failures = 0
    var completed = 0
    for await event in try engine.submit([bad, good]) {
      switch event {
      case .failed(let index, _): failures += index == 0 ? 1 : 10
      case .completed(let index, _): completed += index == 1 ? 1 : 10
      case .promptRead, .canvas, .token, .text, .finished: continue
      }
    }
    #expect(failures == 1 && completed == 1)
  }
}
