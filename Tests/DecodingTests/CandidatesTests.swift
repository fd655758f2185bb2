import Decoding
import Foundation
import LanguageModeling
import Testing

@Suite struct CandidatesTests {
  /// Rows of many sizes and shapes: spread and flat, with ties, with masked tokens.
  private func rows() -> [[Float]] {
    var rows: [[Float]] = []
    for (index, count) in [1, 2, 3, 7, 8, 9, 31, 64, 257, 1000, 3001].enumerated() {
      for (shape, spread) in [Float(0), 0.001, 0.5, 2, 30].enumerated() {
        let noise = CounterNoise(seed: UInt64(index), prompt: PromptHash([]), sample: shape)
        let row = (0..<count).map { token in
          spread * Float(noise.gumbel(position: 0, token: TokenID(token)))
        }
        rows.append(row)
        rows.append(row.map { $0.rounded() })
        rows.append(row.enumerated().map { $0 % 3 == 1 ? -.infinity : $1 })
      }
    }
    return rows
  }

  @Test func selectionKeepsWhatASortWouldKeep() {
    for row in rows() {
      let limits = [
        1, 2, 3, 5, row.count / 64, row.count / 64 + 1, row.count / 2, row.count - 1, row.count,
      ]
      for limit in Set(limits) where limit >= 1 {
        for ties in [TopK.Ties.kept, .cut] {
          var candidates = Candidates(row)
          candidates.keepGreatest(limit, ties: ties)
          #expect(candidates.tokens == Naive.topK(row, limit, ties: ties))
        }
      }
    }
  }

  @Test func selectionFromALongRowKeepsWhatASortWouldKeep() {
    let noise = CounterNoise(seed: 3, prompt: PromptHash([]), sample: 0)
    let random = (0..<49_153).map { Float(noise.gumbel(position: 0, token: TokenID($0))) }
    let rows: [[Float]] = [
      random, random.map { $0.rounded() }, random.sorted(), random.map { 40 * $0 },
      random.map { $0 < 5 ? -.infinity : $0 },
      // All of the best in few blocks, and one block of its own for each of the best.
      random.enumerated().map { $0 < 300 ? $1 + 9 : $1 },
      random.enumerated().map { $0 % 640 == 0 ? 20 + $1 / 100 : $1 },
    ]
    for row in rows {
      for limit in [1, 50, 767, 768, 769, 5000] {
        for ties in [TopK.Ties.kept, .cut] {
          var candidates = Candidates(row)
          candidates.keepGreatest(limit, ties: ties)
          #expect(candidates.tokens == Naive.topK(row, limit, ties: ties))
        }
      }
    }
  }

  @Test func nucleusKeepsWhatASortWouldKeep() {
    var compared = 0
    for row in rows() {
      for mass in [0, 0.01, 0.1, 0.3, 0.5, 0.77, 0.9, 0.95, 0.999] {
        let expected = Naive.topP(row, mass)
        guard !expected.isClose else { continue }
        var candidates = Candidates(row)
        candidates.keepMass(mass)
        #expect(candidates.tokens == expected.kept)
        compared += 1
      }
    }
    #expect(compared > 1000)
  }

  @Test func nucleusOfEqualLogitsIsTheLowestIds() throws {
    var candidates = Candidates(Array(repeating: 1, count: 4))
    try TopP(0.5).apply(to: &candidates)
    #expect(candidates.tokens == [0, 1])
  }

  @Test func filtersWorkOnWhatEarlierOnesLeft() {
    for row in rows() where row.count > 3 {
      var candidates = Candidates(row)
      candidates.keepGreatest(row.count / 2, ties: .cut)
      let left = Naive.topK(row, row.count / 2, ties: .cut)
      let masked = row.enumerated().map { left.contains($0) ? $1 : -.infinity }
      let expected = Naive.topP(masked, 0.6)
      guard !expected.isClose else { continue }
      candidates.keepMass(0.6)
      #expect(candidates.tokens == expected.kept)
      candidates.keepGreatest(2, ties: .kept)
      let nucleus = row.enumerated().map { expected.kept.contains($0) ? $1 : -.infinity }
      #expect(candidates.tokens == Naive.topK(nucleus, 2, ties: .kept))
    }
  }

  @Test func neutralFiltersChangeNothing() throws {
    for row in rows() {
      let candidates = Candidates(row)
      for filter in [try TopK(row.count), try TopP(1), try Temperature(1)] as [any Filter] {
        var filtered = Candidates(row)
        filter.apply(to: &filtered)
        #expect(filtered.count == candidates.count)
        #expect((0..<row.count).allSatisfy { filtered.logit(at: $0) == candidates.logit(at: $0) })
      }
    }
  }

  @Test func logProbabilitiesAreThoseOfTheSoftmax() {
    for row in rows() {
      let candidates = Candidates(row)
      let expected = Naive.logSoftmax(row)
      for (index, logProbability) in expected.enumerated() where row[index] > -.infinity {
        #expect(
          abs(candidates.logProbability(at: index) - logProbability) < 1e-6
            * max(1, abs(logProbability)))
      }
    }
  }

  @Test func coldIsTheFirstMaximum() throws {
    for row in rows() {
      guard let first = Naive.ranking(row).first, row[first] > -.infinity else { continue }
      for temperature in [0, 1e-40, 1e-30] {
        var candidates = Candidates(row)
        try Temperature(temperature).apply(to: &candidates)
        #expect(candidates.indexOfMaximum.map(candidates.token) == TokenID(first))
      }
      #expect(Candidates(row).indexOfMaximum == first)
    }
  }

  @Test func drawIsTheArgmaxOfLogitsAndNoise() throws {
    for (index, row) in rows().enumerated() {
      let noise = CounterNoise(seed: 5, prompt: PromptHash([TokenID(index)]), sample: 2)
      for position in 0..<8 {
        var candidates = Candidates(row)
        for kept in [row.count, max(1, row.count / 3)] {
          candidates.keepGreatest(kept, ties: .cut)
          let sums = candidates.tokens.map { token in
            (token, Double(row[token]) + noise.gumbel(position: position, token: TokenID(token)))
          }
          let best = sums.max { ($0.1, $1.0) < ($1.1, $0.0) }
          let drawn = candidates.indexOfGumbelMaximum(noise: noise, position: position)
          #expect(drawn.map { Int(candidates.token(at: $0)) } == best?.0)
        }
      }
    }
  }

  @Test func nothingIsTakenWhereEverythingIsMasked() {
    var candidates = Candidates([1, 2])
    candidates.exclude(0)
    candidates.exclude(1)
    #expect(candidates.indexOfMaximum == nil)
    let noise = CounterNoise(seed: 0, prompt: PromptHash([]), sample: 0)
    #expect(candidates.indexOfGumbelMaximum(noise: noise, position: 0) == nil)
    #expect(candidates.distribution.isEmpty)
  }

  @Test func parametersOutsideTheirRangesAreRefused() {
    #expect(throws: DecodingFailure.self) { try Temperature(-0.1) }
    #expect(throws: DecodingFailure.self) { try Temperature(.nan) }
    #expect(throws: DecodingFailure.self) { try Temperature(.infinity) }
    #expect(throws: DecodingFailure.self) { try TopK(0) }
    #expect(throws: DecodingFailure.self) { try TopP(1.01) }
    #expect(throws: DecodingFailure.self) { try TopP(.nan) }
  }
}
