import Decoding
import Foundation
import Generation
import Inference
import JSON
import LanguageModeling
import Sweeps
import TestSupport
import Testing

/// Paths over a real model against single runs. `Tests/DecodeCommandTests/check-paths` compares a great many.
@Suite struct PathTests {
  private static let interval: ClosedRange<Float> = 0.2...1.4

  private static let chains:
    [(name: String, change: @Sendable (inout GenerationSettings) -> Void)] =
      [
        ("temperature", { _ in }),
        (
          "top-k, top-p, min-p",
          { ($0.topK, $0.topP, $0.minP) = (40, 0.95, 0.05) }
        ),
        ("top-p", { $0.topP = 0.9 }),
        (
          "llama.cpp",
          {
            ($0.topK, $0.topP, $0.minP) = (40, 0.95, 0.05)
            $0.filterOrder = .llamaCpp
          }
        ),
      ]

  private func settings(_ chain: Int, seed: UInt64, count: Int) -> GenerationSettings {
    var settings = GenerationSettings()
    Self.chains[chain].change(&settings)
    settings.seed = seed
    settings.maxNewTokens = count
    return settings
  }

  private func check(
    _ model: Model, _ prompt: String, chain: Int, seed: UInt64, count: Int, points: Int,
    neighbours: Int
  ) throws {
    let settings = settings(chain, seed: seed, count: count)
    let path = try model.path(.text(prompt), temperatures: Self.interval, settings)
    let segments = path.segments
    #expect(segments.first?.temperatures.lowerBound == Self.interval.lowerBound)
    #expect(segments.last?.temperatures.upperBound == Self.interval.upperBound)
    for (left, right) in zip(segments, segments.dropFirst()) {
      #expect(left.temperatures.upperBound.nextUp == right.temperatures.lowerBound)
      #expect(left.sequence.tokens.map(\.token) != right.sequence.tokens.map(\.token))
    }
    var generator = SplitMix64(seed: seed &+ UInt64(chain))
    let (low, high) = (Self.interval.lowerBound.bitPattern, Self.interval.upperBound.bitPattern)
    var numbers = (0..<points).map { _ in low + UInt32(generator.below(Int(high - low) + 1)) }
    let breakpoint = segments[segments.count / 2].temperatures.lowerBound.bitPattern
    for distance in 0..<UInt32(neighbours) {
      numbers += [breakpoint + distance, breakpoint - distance]
    }
    numbers = numbers.filter { (low...high).contains($0) }
    let template = try model.template(for: model.resolve(settings))
    let tokens = try model.prepare(.text(prompt)).tokens
    let scheduler = try Scheduler(model)
    var requests: [Int: Float] = [:]
    for number in numbers {
      var own = template.settings
      own.temperature = Double(Float(bitPattern: number))
      let request = try model.template(for: own).request(for: tokens, seed: seed)
      requests[scheduler.submit(request)] = Float(bitPattern: number)
    }
    var count = 0
    while let events = try scheduler.step() {
      for case .completed(let number, let result) in events {
        guard let temperature = requests[number] else { continue }
        count += 1
        let found = segments.filter { $0.temperatures.contains(temperature) }
        #expect(found.count == 1)
        #expect(
          found.first?.sequence.tokens.map(\.token) == result.sequences.first?.tokens.map(\.token))
        #expect(found.first?.sequence.text == result.text)
        #expect(found.first?.sequence.finishReason == result.sequences.first?.finishReason)
      }
    }
    #expect(count == numbers.count)
  }

  @Test(arguments: 0..<4) func segmentsHoldWhatGenerateGives(chain: Int) throws {
    let model = try Model.embedded()
    try check(
      model, "Once upon a time", chain: chain, seed: 3, count: 6, points: 25, neighbours: 5)
  }

  @Test func stopStringsEndTextsOfAPath() throws {
    let model = try Model.embedded()
    var settings = settings(0, seed: 5, count: 12)
    settings.stopStrings = [" the"]
    let path = try model.path("Once upon a time", temperatures: 0.5...0.9, settings)
    #expect(path.segments.contains { $0.sequence.finishReason == .stop })
    for segment in path.segments.prefix(20) {
      settings.temperature = Double(segment.temperatures.lowerBound)
      let result = try model.generate("Once upon a time", settings)
      #expect(result.text == segment.sequence.text)
      #expect(!segment.sequence.text.contains(" the"))
    }
  }

  @Test func aFilterThatCannotBeFollowedIsRefusedByName() throws {
    let model = try Model.embedded()
    var settings = settings(0, seed: 5, count: 4)
    settings.typicalP = 0.9
    let error = #expect(throws: InferenceError.self) {
      try model.path("Once", temperatures: 0.5...0.9, settings)
    }
    #expect(error?.description.contains("typical") == true)
    settings.filterOrder = .llamaCpp
    #expect(try !model.path("Once", temperatures: 0.5...0.9, settings).segments.isEmpty)
  }
}
