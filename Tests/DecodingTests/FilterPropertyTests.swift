import Decoding
import Foundation
import LanguageModeling
import Testing

/// Every filter against its definition, written with sorts and in double precision.
@Suite struct FilterPropertyTests {
  /// Rows with ties and masks, spread and flat.
  private func rows() -> [[Float]] {
    var rows: [[Float]] = []
    for (index, count) in [1, 2, 3, 8, 33, 150, 1203].enumerated() {
      for (shape, spread) in [Float(0), 0.3, 1.5, 5].enumerated() {
        let noise = CounterNoise(seed: UInt64(index), prompt: PromptHash([]), sample: shape)
        let row = (0..<count).map { token in
          spread * Float(noise.gumbel(position: 0, token: TokenID(token)))
        }
        rows.append(row)
        rows.append(row.map { ($0 * 2).rounded() / 2 })
        if count > 2 { rows.append(row.enumerated().map { $0 % 3 == 1 ? -.infinity : $1 }) }
      }
    }
    return rows
  }

  /// What a definition keeps, and whether a comparison in it was so close that rounding decides.
  private typealias Verdict = (kept: Set<Int>, isClose: Bool)

  private func threshold(_ row: [Float], _ value: Double) -> Verdict {
    let p = Naive.logSoftmax(row)
    let best = p.max() ?? 0
    let kept = row.indices.filter { row[$0] > -.infinity && (p[$0] >= value || p[$0] == best) }
    return (Set(kept), p.contains { abs($0 - value) < 1e-5 })
  }

  private func entropy(_ row: [Float]) -> Double {
    Naive.logSoftmax(row).reduce(0) { $1 > -.infinity ? $0 - exp($1) * $1 : $0 }
  }

  private func typical(_ row: [Float], _ mass: Double) -> Verdict {
    let p = Naive.logSoftmax(row)
    let entropy = entropy(row)
    let shifted = p.map { $0 > -.infinity ? abs(-$0 - entropy) : .infinity }
    var reached = 0.0
    var last = 0.0
    var isClose = false
    for index in row.indices.sorted(by: { shifted[$0] < shifted[$1] })
    where row[index] > -.infinity {
      // Distances on the two sides of the entropy that all but agree.
      isClose = isClose || (shifted[index] != last && abs(shifted[index] - last) < 1e-5)
      last = shifted[index]
      reached += exp(p[index])
      isClose = isClose || abs(reached - mass) < 1e-5
      if reached >= mass { break }
    }
    let kept = row.indices.filter { row[$0] > -.infinity && shifted[$0] <= last + 1e-9 }
    isClose = isClose || shifted.contains { $0 > last && $0 - last < 1e-5 }
    return (Set(kept), isClose)
  }

  private func topH(_ row: [Float], _ share: Double) -> Verdict {
    let best = Naive.ranking(row).filter { row[$0] > -.infinity }.prefix(100)
    let p = Naive.logSoftmax(best.map { row[$0] })
    let limit = share * -p.reduce(0) { $0 + exp($1) * $1 }
    var (kept, sum, isClose) = (Set<Int>(), 0.0, false)
    for (index, value) in zip(best, p) {
      sum -= exp(value) * value
      isClose = isClose || abs(sum - limit) < 1e-5
      if !kept.isEmpty, sum > limit { break }
      kept.insert(index)
      if sum > limit { break }
    }
    return (kept, isClose)
  }

  private func topNSigma(_ row: [Float], _ count: Double) -> Verdict {
    let finite = row.filter { $0 > -.infinity }.map(Double.init)
    let mean = finite.reduce(0, +) / Double(finite.count)
    let variance = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(finite.count)
    let limit = (finite.max() ?? 0) - count * variance.squareRoot()
    let kept = row.indices.filter { Double(row[$0]) >= limit - 1e-9 }
    return (Set(kept), finite.contains { abs($0 - limit) < 1e-4 && $0 < (finite.max() ?? 0) })
  }

  private func xtc(_ row: [Float], _ limit: Double) -> Verdict {
    let p = Naive.logSoftmax(row)
    let top = Naive.ranking(row).filter { p[$0] >= log(limit) }
    let dropped = Set(top.dropLast())
    let kept = row.indices.filter { row[$0] > -.infinity && !dropped.contains($0) }
    return (Set(kept), p.contains { abs($0 - log(limit)) < 1e-5 })
  }

  private func pLess(_ row: [Float]) -> Verdict {
    let p = Naive.logSoftmax(row)
    return threshold(row, log(p.reduce(0) { $0 + exp(2 * $1) }))
  }

  /// Algorithm 1 of the paper, by a sort of everything; what equals the last one kept stays.
  private func minK(_ row: [Float], _ fallback: Double) -> Verdict {
    let sorted = row.filter { $0 > -.infinity }.map(Double.init).sorted(by: >)
    let range = sorted[0] - sorted[sorted.count - 1]
    var (cliff, greatest) = (1, 0.0)
    for rank in 1..<max(1, sorted.count) {
      let weight: Double = (sorted[rank - 1] - sorted[rank]) / Double(rank)
      if weight > greatest { (cliff, greatest) = (rank, weight) }
    }
    var enough = 0
    if fallback > 0 { enough = range == 0 ? sorted.count : Int(min(1e6, fallback / range)) }
    let least = sorted[min(max(cliff, enough), sorted.count) - 1]
    return (Set(row.indices.filter { Double(row[$0]) >= least }), false)
  }

  @Test func filtersKeepWhatTheirDefinitionsKeep() throws {
    var compared: [String: Int] = [:]
    for row in rows() {
      let best = Naive.logSoftmax(row).max() ?? 0
      var cases: [(any Filter, Verdict)] = []
      for x in [0.003, 0.02, 0.1, 0.3, 0.5] {
        let root = min(log(x), log(x) / 2 - entropy(row))
        cases.append((try MinP(x), threshold(row, best + log(x))))
        cases.append((try EpsilonCutoff(x), threshold(row, log(x))))
        cases.append((try EtaCutoff(x), threshold(row, root)))
        cases.append((try XTC(probability: 1, threshold: x), xtc(row, x)))
      }
      cases.append((PLess(), pLess(row)))
      for x in [0.0, 3, 30, 1000] { cases.append((try MinK(x), minK(row, x))) }
      for x in [0.1, 0.4, 0.8, 0.97] {
        cases.append((try Typical(x), typical(row, x)))
        cases.append((try TopH(x), topH(row, x)))
        cases.append((try TopNSigma(3 * x), topNSigma(row, 3 * x)))
      }
      for (filter, verdict) in cases where !verdict.isClose {
        var candidates = Candidates(row)
        filter.apply(to: &candidates)
        #expect(candidates.tokens == verdict.kept, "\(filter) of \(row.count)")
        compared[filter.name, default: 0] += 1
      }
    }
    #expect(compared.count == 9)
    // P-less has no parameter, and of flat rows each token is just as probable as two draws are to agree.
    #expect(compared.allSatisfy { $0.value > ($0.key == "p-less" ? 25 : 100) }, "\(compared)")
  }

  @Test func dynamicTemperatureIsItsFormula() throws {
    for row in rows() {
      for (center, range, exponent) in [(1.0, 0.5, 1.0), (0.7, 0.9, 2), (1, 0.3, 0.5)] {
        let filter = try DynamicTemperature(center: center, range: range, exponent: exponent)
        var candidates = Candidates(row)
        filter.apply(to: &candidates)
        let count = row.count { $0 > -.infinity }
        guard count > 1 else {
          #expect(candidates.tokens == Candidates(row).tokens)
          continue
        }
        let share = entropy(row) / log(Double(count))
        let low = max(0, center - range)
        let temperature = low + (center + range - low) * pow(share, exponent)
        guard temperature > 1e-3 else { continue }
        let expected = Naive.softmax(row.map { Float(Double($0) / temperature) })
        for (actual, expected) in zip(candidates.probabilities(over: row.count), expected) {
          #expect(abs(actual - expected) < 1e-5, "\(filter) of \(row.count)")
        }
      }
    }
  }

  private func chain() throws -> [any Filter] {
    [
      try TopK(3), try TopP(0.4), try TopP(0), try MinP(0.3), try MinP(1), try Typical(0.2),
      try EpsilonCutoff(0.9), try EtaCutoff(0.9), try TopNSigma(0.01), try TopH(0.1),
      try XTC(probability: 1, threshold: 0), try XTC(probability: 1, threshold: 0.1),
      try DynamicTemperature(range: 0.9, exponent: 3), try Temperature(0.3),
      try Typical(0.2, edges: .llamaCpp), try XTC(probability: 1, threshold: 0, edges: .mlx),
    ]
  }

  @Test func filtersLeaveSomethingAndKeepTheOrder() throws {
    let filters = try chain()
    for row in rows() {
      for first in filters {
        for second in filters {
          var candidates = Candidates(row)
          first.apply(to: &candidates)
          second.apply(to: &candidates)
          let left = candidates.tokens
          #expect(!left.isEmpty)
          #expect(left.isSubset(of: Candidates(row).tokens))
          // What was at least as probable still is: no candidate overtakes another.
          let logits = (0..<candidates.count).filter { candidates.logit(at: $0) > -.infinity }
            .sorted { row[Int(candidates.token(at: $0))] < row[Int(candidates.token(at: $1))] }
            .map(candidates.logit)
          #expect(zip(logits, logits.dropFirst()).allSatisfy { $0 <= $1 }, "\(first), \(second)")
        }
      }
    }
  }

  @Test func neutralValuesChangeNothing() throws {
    let neutral: [any Filter] = [
      try MinP(0), try Typical(1), try EpsilonCutoff(0), try EtaCutoff(0), try TopNSigma(1e6),
      try XTC(probability: 1, threshold: 0.6), try DynamicTemperature(range: 0),
    ]
    let noise = CounterNoise(seed: 0, prompt: PromptHash([]), sample: 0)
    for row in rows() {
      for filter in neutral {
        var candidates = Candidates(row)
        filter.apply(to: &candidates)
        #expect(candidates.tokens == Candidates(row).tokens, "\(filter)")
        for index in 0..<candidates.count {
          #expect(candidates.logit(at: index) == row[Int(candidates.token(at: index))])
        }
      }
      var candidates = Candidates(row)
      try XTC(probability: 0).apply(to: &candidates, noise: noise, position: 0)
      #expect(candidates.count == row.count)
    }
  }

  @Test func aMinimumOnlyAdds() throws {
    for row in rows() {
      let possible = Candidates(row).tokens.count
      for minimum in [2, 5, 40] {
        let pairs: [(any Filter, any Filter)] = [
          (try TopP(0.3), try TopP(0.3, minimumKept: minimum)),
          (try MinP(0.5), try MinP(0.5, minimumKept: minimum)),
          (try Typical(0.3), try Typical(0.3, minimumKept: minimum)),
          (try EpsilonCutoff(0.1), try EpsilonCutoff(0.1, minimumKept: minimum)),
          (try EtaCutoff(0.1), try EtaCutoff(0.1, minimumKept: minimum)),
          (try TopK(1), try TopK(1, minimumKept: minimum)),
        ]
        for (plain, padded) in pairs {
          var first = Candidates(row)
          plain.apply(to: &first)
          var second = Candidates(row)
          padded.apply(to: &second)
          #expect(second.count >= min(minimum, possible), "\(padded)")
          #expect(first.tokens.isSubset(of: second.tokens), "\(padded)")
          if first.count >= minimum { #expect(second.tokens == first.tokens, "\(padded)") }
        }
      }
    }
  }

  @Test func truncationsByRankCommute() throws {
    // Each keeps a prefix of one order by a rule that doesn't look at the others' mass.
    let pairs: [(any Filter, any Filter)] = [
      (try TopK(5), try MinP(0.2)), (try TopK(7, ties: .cut), try TopK(3, ties: .cut)),
      (try MinP(0.1), try MinP(0.4)), (try Temperature(0.6), try TopK(4)),
      (try Temperature(2), try TopNSigma(0.9)),
    ]
    for row in rows() {
      for (first, second) in pairs {
        var forward = Candidates(row)
        first.apply(to: &forward)
        second.apply(to: &forward)
        var backward = Candidates(row)
        second.apply(to: &backward)
        first.apply(to: &backward)
        #expect(forward.tokens == backward.tokens, "\(first), \(second)")
      }
    }
  }

  @Test func equalityWithAThresholdIsKept() throws {
    // What stands at each edge: equal to it, a little above it, a little below it.
    let p = [0.5, 0.25, 0.25].map { Float(log($0)) }
    let cases: [(any Filter, Set<Int>)] = [
      (try MinP(0.5), [0, 1, 2]), (try MinP(0.5001), [0]), (try MinP(0.4999), [0, 1, 2]),
      (try EpsilonCutoff(0.25), [0, 1, 2]), (try EpsilonCutoff(0.2501), [0]),
      (try TopP(0.5), [0]), (try TopP(0.5001), [0, 1]), (try TopP(0.75), [0, 1]),
      (try XTC(probability: 1, threshold: 0.25), [2]),
      (try XTC(probability: 1, threshold: 0.2501), [0, 1, 2]),
      (try XTC(probability: 1, threshold: 0.25, edges: .mlx), [0, 1, 2]),
      (try XTC(probability: 1, threshold: 0.2499, edges: .mlx), [1, 2]),
      (try TopK(2), [0, 1, 2]), (try TopK(2, ties: .cut), [0, 1]),
    ]
    for (filter, kept) in cases {
      var candidates = Candidates(p)
      filter.apply(to: &candidates)
      #expect(candidates.tokens == kept, "\(filter)")
    }
    // A prefix with exactly the mass is enough for Hugging Face, and not for llama.cpp; ties of the last one stay with
    // Hugging Face, and not with llama.cpp.
    for (edges, mass, count) in [
      (EdgeRules.huggingFace, 0.5, 4), (.llamaCpp, 0.5, 3), (.llamaCpp, 0.4999, 2),
    ] {
      var candidates = Candidates([0, 0, 0, 0])
      try Typical(mass, edges: edges).apply(to: &candidates)
      #expect(candidates.count == count, "\(edges)")
    }
  }

  @Test func parametersOutsideTheirRangesAreRefused() {
    for value in [-0.1, 1.1, .nan] {
      #expect(throws: DecodingFailure.self) { try MinP(value) }
      #expect(throws: DecodingFailure.self) { try Typical(value) }
      #expect(throws: DecodingFailure.self) { try EpsilonCutoff(value) }
      #expect(throws: DecodingFailure.self) { try EtaCutoff(value) }
      #expect(throws: DecodingFailure.self) { try TopH(value) }
      #expect(throws: DecodingFailure.self) { try XTC(probability: value) }
      #expect(throws: DecodingFailure.self) { try XTC(probability: 1, threshold: value) }
    }
    for value in [-0.1, .infinity, .nan] {
      #expect(throws: DecodingFailure.self) { try TopNSigma(value) }
      #expect(throws: DecodingFailure.self) { try DynamicTemperature(range: value) }
      #expect(throws: DecodingFailure.self) { try DynamicTemperature(center: value, range: 1) }
      #expect(throws: DecodingFailure.self) { try DynamicTemperature(range: 1, exponent: value) }
      #expect(throws: DecodingFailure.self) { try MinP(value, edges: .llamaCpp) }
    }
    #expect(throws: DecodingFailure.self) { try TopP(0.5, minimumKept: 0) }
  }
}
