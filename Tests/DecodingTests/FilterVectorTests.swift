import Decoding
import Foundation
import LanguageModeling
import Testing

/// What other projects' tests say about filters.
@Suite struct FilterVectorTests {
  private func filtered(_ probabilities: [Double], _ filters: any Filter...) -> [Double] {
    var candidates = Candidates(probabilities.map { Float(log($0)) })
    for filter in filters { filter.apply(to: &candidates) }
    return candidates.probabilities(over: probabilities.count)
  }

  private func isClose(_ first: [Double], _ second: [Double], _ tolerance: Double = 1e-5) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) <= tolerance }
  }

  private func normalized(_ values: [Double]) -> [Double] {
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }

  /// transformers, `tests/generation/test_logits_process.py`.
  @Test func huggingFace() throws {
    #expect(isClose(filtered([0.3, 0.1, 0.1, 0.5], try TopP(0.8)), normalized([0.3, 0, 0, 0.5])))
    #expect(
      isClose(filtered([0.15, 0.3, 0.3, 0.25], try TopP(0.8)), normalized([0, 0.3, 0.3, 0.25])))
    let ramp = (0..<10).map { Float($0) - 5 }
    var candidates = Candidates(ramp)
    try TopP(0.9).apply(to: &candidates)
    #expect(candidates.tokens == [7, 8, 9])
    candidates = Candidates((0..<10).map(Float.init))
    try TopK(3).apply(to: &candidates)
    #expect(candidates.tokens == [7, 8, 9])
    candidates = Candidates([10, 11, 12, 13, 14, 5, 6, 7, 8, 9])
    try TopK(3).apply(to: &candidates)
    #expect(candidates.tokens == [2, 3, 4])
    // Temperature: a sharper distribution has higher peaks and lower valleys, a flatter one the opposite.
    let uniform = Array(repeating: 0.05, count: 20)
    #expect(isClose(filtered(uniform, try Temperature(0.5)), uniform))
    #expect(isClose(filtered(uniform, try Temperature(1.3)), uniform))
    var peaked = uniform
    peaked[5] = 0.3
    peaked[10] = 0.005
    peaked = normalized(peaked)
    let sharp = filtered(peaked, try Temperature(0.5))
    let flat = filtered(peaked, try Temperature(1.3))
    #expect(sharp[5] > peaked[5] && sharp[10] < peaked[10])
    #expect(flat[5] < peaked[5] && flat[10] > peaked[10])
  }

  /// transformers 4.51.3, run: ties at the threshold, and every edge of top-p over four probabilities.
  @Test func huggingFaceEdges() throws {
    var candidates = Candidates([1, 2, 2, 2, 0])
    try TopK(2).apply(to: &candidates)
    #expect(candidates.tokens == [1, 2, 3])
    let kept: [(Double, Set<Int>)] = [
      (0, [3]), (0.3, [3]), (0.4, [3]), (0.5, [2, 3]), (0.7, [2, 3]), (0.8, [1, 2, 3]),
      (0.9, [1, 2, 3]), (0.95, [0, 1, 2, 3]), (1, [0, 1, 2, 3]),
    ]
    for (mass, tokens) in kept {
      var candidates = Candidates([0.1, 0.2, 0.3, 0.4].map { Float(log($0)) })
      try TopP(mass).apply(to: &candidates)
      #expect(candidates.tokens == tokens, "top-p \(mass)")
    }
  }

  /// llama.cpp, `tests/test-sampling.cpp`, tolerance 1e-5 as there.
  @Test func llamaCpp() throws {
    let q = [0.1, 0.2, 0.3, 0.4]
    #expect(isClose(filtered(q, try Temperature(1)), q))
    #expect(isClose(filtered(q, try Temperature(0)), [0, 0, 0, 1]))
    #expect(isClose(filtered(q, try TopK(1, ties: .cut)), [0, 0, 0, 1]))
    #expect(
      isClose(filtered(q, try TopK(3, ties: .cut)), [0, 0.222222, 0.333333, 0.444444]))
    #expect(isClose(filtered(q, try TopK(4, ties: .cut)), q))
    #expect(isClose(filtered(q, try TopP(0)), [0, 0, 0, 1]))
    #expect(isClose(filtered(q, try TopP(0.7)), [0, 0, 0.428571, 0.571429]))
    #expect(isClose(filtered(q, try TopP(0.8)), [0, 0.222222, 0.333333, 0.444444]))
    #expect(isClose(filtered(q, try TopP(1)), q))
  }

  /// mlx-lm, `tests/test_sample_utils.py`.
  @Test func mlx() throws {
    #expect(isClose(filtered([0.9, 0, 0, 0.1], try TopP(0.3)), [1, 0, 0, 0]))
    #expect(isClose(filtered([0.9, 0, 0, 0.1], try TopP(0.95)), [0.9, 0, 0, 0.1]))
    #expect(isClose(filtered([0, 0.5, 0.4, 0.1], try TopP(0.4)), [0, 1, 0, 0]))
    #expect(isClose(filtered([0, 0.5, 0.4, 0.1], try TopP(0.6)), [0, 5.0 / 9, 4.0 / 9, 0]))
    #expect(isClose(filtered([0, 0.5, 0.4, 0.1], try TopP(0.95)), [0, 0.5, 0.4, 0.1]))
    #expect(
      isClose(filtered([0.6, 0, 0.1, 0.3], try TopK(2, ties: .cut)), [2.0 / 3, 0, 0, 1.0 / 3]))
  }

  /// swift-transformers, `LogitsProcessorTests.swift`.
  @Test func swiftTransformers() throws {
    var candidates = Candidates([2, 4, 6])
    try Temperature(2).apply(to: &candidates)
    #expect((0..<3).map(candidates.logit) == [1, 2, 3])
    candidates = Candidates([2, 4, 6, 8, 10])
    try Temperature(2).apply(to: &candidates)
    try TopK(3).apply(to: &candidates)
    #expect(candidates.tokens == [2, 3, 4])
    #expect((0..<3).map(candidates.logit) == [3, 4, 5])
  }

  /// CTranslate2, `tests/ops_test.cc`: TopPMask, and the softmaxes under it.
  @Test func cTranslate2() throws {
    let cases: [([Float], Set<Int>, [Double])] = [
      (
        [-0.2, 3, 1.2, -1.1, 0], [0, 1, 2, 4], [0.032035, 0.785904, 0.129909, 0.013025, 0.039128]
      ),
      ([4.6, 3.3, 0.2, -1.6, 1], [0, 1, 4], [0.760941, 0.207381, 0.009342, 0.001544, 0.020792]),
    ]
    for (logits, kept, softmax) in cases {
      var candidates = Candidates(logits)
      #expect(isClose(candidates.probabilities(over: 5), softmax, 1e-6))
      try TopP(0.97).apply(to: &candidates)
      #expect(candidates.tokens == kept)
    }
  }

  /// fairseq, `tests/test_sequence_generator.py`: which words top-p leaves after the first.
  @Test func fairseq() throws {
    var candidates = Candidates([0.25, 0.4, 0.35].map { Float(log($0)) })
    try TopP(0.2).apply(to: &candidates)
    #expect(candidates.tokens == [1])
    candidates = Candidates([0.25, 0.4, 0.35].map { Float(log($0)) })
    try TopP(0.575).apply(to: &candidates)
    #expect(candidates.tokens == [1, 2])
  }

  private let ramp = (0..<10).map { Float($0) - 5 }

  /// transformers, `tests/generation/test_logits_process.py`: with a minimum to keep, over a ramp and a steep ramp.
  @Test func huggingFaceMinimum() throws {
    let cases: [(any Filter, flat: Int, steep: Int)] = [
      (try TopP(0.9, minimumKept: 2), 3, 2), (try MinP(0.9, minimumKept: 2), 2, 2),
      (try Typical(0.7, minimumKept: 2), 2, 2), (try EpsilonCutoff(0.05, minimumKept: 2), 3, 2),
      (try EtaCutoff(0.1, minimumKept: 2), 2, 2),
    ]
    for (filter, flat, steep) in cases {
      var candidates = Candidates(ramp)
      filter.apply(to: &candidates)
      #expect(candidates.count == flat, "\(filter)")
      candidates = Candidates(ramp.map { $0 * 100 })
      filter.apply(to: &candidates)
      #expect(candidates.count == steep, "\(filter)")
    }
    var candidates = Candidates(Array(repeating: 0.2, count: 5))
    try TopK(1, minimumKept: 3).apply(to: &candidates)
    #expect(candidates.count == 5)
    candidates = Candidates([0, 1, 2, 3, 4])
    try TopK(1, minimumKept: 3).apply(to: &candidates)
    #expect(candidates.tokens == [2, 3, 4])
  }

  /// transformers, `tests/generation/test_logits_process.py`; top-H from transformers 5.
  @Test func huggingFaceThresholds() throws {
    let cases: [(any Filter, [Double], [Double])] = [
      (try MinP(0.05), [0.9, 0.0274, 0.047, 0.0274], [0.9, 0, 0.047, 0]),
      (try MinP(0.05), [0.15, 0.3, 0.3, 0.25], [0.15, 0.3, 0.3, 0.25]),
      (try MinP(0.05), [0.97, 0.01, 0.01, 0.01], [0.97, 0, 0, 0]),
      (try Typical(0.5), [0.97, 0.01, 0.01, 0.01], [0.97, 0, 0, 0]),
      (try Typical(0.5), [0.4, 0.2, 0.2, 0.2], [0, 0.2, 0.2, 0.2]),
      (try EpsilonCutoff(0.1), [0.87, 0.099, 0.001, 0.03], [0.87, 0, 0, 0]),
      (try EpsilonCutoff(0.1), [0.4, 0.299, 0.101, 0.2], [0.4, 0.299, 0.101, 0.2]),
      (try EtaCutoff(0.0625), [0, 0.1, 0.8, 0.1], [0, 0.1, 0.8, 0.1]),
      (try EtaCutoff(0.0625), [0.01, 0.04, 0.9, 0.05], [0, 0, 0.9, 0]),
      (try TopH(0.3), [0.97, 0.01, 0.01, 0.01], [0.97, 0, 0, 0]),
      (try TopH(0.7), [0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0, 0]),
      (try TopH(1), [0.25, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, 0.25]),
      (try TopH(0.4), [0.75, 0.25, 0, 0], [0.75, 0, 0, 0]),
    ]
    for (filter, probabilities, expected) in cases {
      #expect(
        isClose(filtered(probabilities, filter), normalized(expected)),
        "\(filter) of \(probabilities)")
    }
  }

  /// llama.cpp, `tests/test-sampling.cpp`.
  @Test func llamaCppThresholds() throws {
    let q = [0.1, 0.2, 0.3, 0.4]
    let descending: [Double] = q.reversed()
    func minP(_ ratio: Double) throws -> any Filter {
      try FilterOrder.llamaCpp.filters(Parameters { $0.minP = ratio }).first ?? TopK(4)
    }
    func typical(_ mass: Double) throws -> any Filter { try Typical(mass, edges: .llamaCpp) }
    let cases: [(any Filter, [Double], [Double])] = [
      (try minP(0), q, q), (try minP(0.24), q, q), (try minP(0.26), q, [0, 0.2, 0.3, 0.4]),
      (try minP(0.49), q, [0, 0.2, 0.3, 0.4]), (try minP(0.51), q, [0, 0, 0.3, 0.4]),
      (try minP(0.74), q, [0, 0, 0.3, 0.4]), (try minP(0.76), q, [0, 0, 0, 0.4]),
      (try minP(1), q, [0, 0, 0, 0.4]), (try minP(1.05), q, [0, 0, 0, 0.4]),
      (try TopNSigma(1), q, [0, 0, 0.428571, 0.571429]), (try TopNSigma(3), q, q),
      (try XTC(probability: 1, threshold: 0.09), descending, [0, 0, 0, 0.1]),
      (try XTC(probability: 1, threshold: 0.19), descending, [0, 0, 0.2, 0.1]),
      (try XTC(probability: 1, threshold: 0.29), descending, [0, 0.3, 0.2, 0.1]),
      (try XTC(probability: 1, threshold: 0.39), descending, descending),
      (try typical(0.5), [0.97, 0.01, 0.01, 0.01], [0.97, 0, 0, 0]),
      (try typical(0.5), [0.4, 0.2, 0.2, 0.2], [0, 0.2, 0.2, 0.2]),
      (try DynamicTemperature(range: 0), q, q),
      (try DynamicTemperature(center: 0, range: 0), q, [0, 0, 0, 1]),
    ]
    for (filter, probabilities, expected) in cases {
      #expect(
        isClose(filtered(probabilities, filter), normalized(expected)),
        "\(filter) of \(probabilities)")
    }
    #expect(try FilterOrder.llamaCpp.filters(Parameters { $0.topNSigma = 0 }).isEmpty)
    #expect(try FilterOrder.llamaCpp.filters(Parameters { $0.topK = 0 }).isEmpty)
  }

  /// llama.cpp, `tests/test-sampling.cpp`, `test_sampler_queue`: 10,000 logits ln *i*, whose probabilities are as their
  /// ids, under every order of top-k 100, top-p 0.8 and min-p 0.1. Each filter leaves the ids from some one up; which,
  /// follows from sums of whole numbers.
  @Test func llamaCppQueue() throws {
    let count = 10_000
    let logits = (0..<count).map { Float(log(Double($0))) }
    for order in [
      "k", "p", "m", "kp", "km", "pk", "pm", "mk", "mp", "kpm", "kmp", "pkm", "pmk", "mkp", "mpk",
    ] {
      var candidates = Candidates(logits)
      var lowest = 0
      for letter in order {
        switch letter {
        case "k":
          try TopK(100, ties: .cut).apply(to: &candidates)
          lowest = max(lowest, count - 100)
        case "p":
          try TopP(0.8).apply(to: &candidates)
          let goal = 0.8 * Double((lowest..<count).reduce(0, +))
          var sum = 0
          var next = count
          while Double(sum) < goal {
            next -= 1
            sum += next
          }
          lowest = next
        default:
          let ratio: any Filter = try #require(
            FilterOrder.llamaCpp.filters(Parameters { $0.minP = 0.1 }).first)
          ratio.apply(to: &candidates)
          lowest = max(lowest, Int((0.1 * Double(count - 1)).rounded(.up)))
        }
        #expect(candidates.tokens == Set(lowest..<count), "\(order) after \(letter)")
      }
    }
  }

  /// llama.cpp, `tests/test-sampling.cpp`, `dist`: how many candidates a step had changes nothing about the draws of
  /// later steps.
  @Test func llamaCppDraws() {
    let noise = CounterNoise(seed: 4242, prompt: PromptHash([]), sample: 0)
    func draws(firstOf count: Int) -> [Int?] {
      let first = Candidates(Array(repeating: Float(0), count: count))
      let flat = Candidates(Array(repeating: Float(0), count: 256))
      return [first.indexOfGumbelMaximum(noise: noise, position: 0)].dropFirst()
        + (1...4).map { flat.indexOfGumbelMaximum(noise: noise, position: $0) }
    }
    #expect(draws(firstOf: 1) == draws(firstOf: 2))
    #expect(Set(draws(firstOf: 1)).count > 1)
  }

  /// mlx-lm, `tests/test_sample_utils.py`: equally unlikely top choices all stay, and tokens can be spared.
  @Test func mlxExclusion() throws {
    let p = [0.4, 0.3, 0.15, 0.15]
    func xtc(_ threshold: Double, _ protected: Set<TokenID> = []) throws -> XTC {
      try XTC(probability: 1, threshold: threshold, protected: protected, edges: .mlx)
    }
    #expect(isClose(filtered(p, try xtc(0.2)), [0, 0.5, 0.25, 0.25]))
    #expect(isClose(filtered(p, try xtc(0.1)), [0, 0, 0.5, 0.5]))
    #expect(isClose(filtered(p, try xtc(0.1, [0])), normalized([0.4, 0, 0.15, 0.15])))
    let one = try XTC(probability: 1, threshold: 0.1, edges: .llamaCpp)
    #expect(isClose(filtered(p, one), [0, 0, 0, 1]))
  }
}
