import Decoding
import LanguageModeling
import TestSupport
import Testing

/// A chain of filters for every temperature.
struct PathChain: Sendable, CustomTestStringConvertible {
  var name: String
  var filters: @Sendable (Float) throws -> [any Filter]

  var testDescription: String { name }

  init(_ name: String, _ filters: @escaping @Sendable (Float) throws -> [any Filter]) {
    self.name = name
    self.filters = filters
  }

  /// A chain as settings make it.
  init(_ name: String, order: FilterOrder, _ change: @escaping @Sendable (inout Parameters) -> Void)
  {
    self.init(name) { temperature in
      var parameters = Parameters()
      change(&parameters)
      parameters.temperature = Double(temperature)
      return try order.filters(parameters)
    }
  }

  static let all: [PathChain] = [
    PathChain("temperature", order: .huggingFace) { _ in },
    PathChain("top-k, top-p, min-p", order: .huggingFace) {
      ($0.topK, $0.topP, $0.minP) = (12, 0.9, 0.05)
    },
    PathChain("top-p", order: .huggingFace) { $0.topP = 0.7 },
    PathChain("min-p, top-p, top-k", order: .list(["temperature", "min-p", "top-p", "top-k"])) {
      ($0.topK, $0.topP, $0.minP) = (9, 0.8, 0.02)
    },
    PathChain("top-p, top-k", order: .list(["temperature", "top-p", "top-k"])) {
      ($0.topK, $0.topP) = (4, 0.95)
    },
    PathChain("top-p, min-p", order: .list(["temperature", "top-p", "min-p"])) {
      ($0.minP, $0.topP) = (0.1, 0.9)
    },
    PathChain("llama.cpp", order: .llamaCpp) {
      ($0.topK, $0.topP, $0.minP, $0.typicalP, $0.topNSigma) = (15, 0.9, 0.03, 0.9, 1.5)
      ($0.xtcProbability, $0.xtcThreshold) = (0.5, 0.1)
    },
    PathChain("mlx", order: .mlx) { ($0.topK, $0.topP) = (6, 0.8) },
    PathChain("eta; temperature; top-p", order: .list(["eta", "temperature", "top-p"])) {
      ($0.etaCutoff, $0.topP) = (0.02, 0.9)
    },
  ]
}

/// A path, and single runs to compare it with.
struct PathTrial {
  var model: TableLanguageModel
  var request: DecodingRequest
  var chain: PathChain
  var limits = PathLimits()

  func segments(_ temperatures: ClosedRange<Float>) throws -> [PathSegment] {
    var request = request
    // The value doesn't matter, so long as it isn't neutral.
    request.strategy = Sampling(filters: try chain.filters(0.5))
    let decoder = try PathDecoder(
      model: model, request: request, temperatures: temperatures, limits: limits)
    while try decoder.step() {}
    return decoder.segments
  }

  /// What decoding at each of some temperatures gives, by temperature and sample.
  func hypotheses(_ temperatures: [Float]) throws -> [[Hypothesis]] {
    let requests = try temperatures.map { temperature in
      var request = request
      request.strategy = Sampling(filters: try chain.filters(temperature))
      return request
    }
    return try run(requests, over: model).map {
      $0.hypotheses.sorted { $0.slot < $1.slot }
    }
  }

  /// Compares a path with single runs at some temperatures.
  func check(
    _ segments: [PathSegment], at temperatures: [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for (temperature, hypotheses) in zip(temperatures, try hypotheses(temperatures)) {
      for hypothesis in hypotheses {
        let found = segments.filter {
          $0.sample == hypothesis.sample && $0.temperatures.contains(temperature)
        }
        #expect(found.count == 1, sourceLocation: sourceLocation)
        guard let found = found.first?.hypothesis else { return }
        #expect(found.tokens == hypothesis.tokens, sourceLocation: sourceLocation)
        #expect(found.finishReason == hypothesis.finishReason, sourceLocation: sourceLocation)
        if found.tokens != hypothesis.tokens { return }
      }
    }
  }

  /// Checks that segments hold every number once, and that neighbours differ.
  func checkCover(
    _ segments: [PathSegment], _ temperatures: ClosedRange<Float>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for sample in request.samples {
      let own = segments.filter { $0.sample == sample }
      #expect(
        own.first?.temperatures.lowerBound == temperatures.lowerBound,
        sourceLocation: sourceLocation)
      #expect(
        own.last?.temperatures.upperBound == temperatures.upperBound,
        sourceLocation: sourceLocation)
      for (left, right) in zip(own, own.dropFirst()) {
        #expect(
          left.temperatures.upperBound.nextUp == right.temperatures.lowerBound,
          sourceLocation: sourceLocation)
        #expect(
          left.hypothesis.tokens.map(\.token) != right.hypothesis.tokens.map(\.token),
          sourceLocation: sourceLocation)
      }
    }
  }
}

extension ClosedRange<Float> {
  /// Every number within some distance of a number, in the range.
  func numbers(around center: Float, within distance: Int) -> [Float] {
    let bits = Int(center.bitPattern)
    return
      (max(
        Int(lowerBound.bitPattern), bits - distance)...min(
        Int(upperBound.bitPattern), bits + distance)).map { Float(bitPattern: UInt32($0)) }
  }

  /// Random numbers of the range.
  func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Float(
        bitPattern: lowerBound.bitPattern
          + UInt32(generator.below(Int(upperBound.bitPattern - lowerBound.bitPattern) + 1)))
    }
  }
}
