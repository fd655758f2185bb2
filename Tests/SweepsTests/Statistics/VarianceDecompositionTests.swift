import Sweeps
import Testing

struct VarianceDecompositionTests {
  /// Scores with the variation that prompts have in common, and nothing of a trial's own.
  private func values(_ scores: [Double], prompts: Int = 12) -> [[Double]] {
    scores.map { score in (0..<prompts).map { score + Double($0 * 7 % 5) } }
  }

  private func decomposition(
    _ factors: [(String, [Int?])], _ values: [[Double]]
  ) throws -> VarianceDecomposition {
    try #require(
      VarianceDecomposition(
        factors: factors.map { .init(name: $0.0, levels: $0.1) }, values: values, seed: 3))
  }

  @Test func sharesOfAnAdditiveGridAddUpToOne() throws {
    var (temperatures, widths): ([Int?], [Int?]) = ([], [])
    var scores: [Double] = []
    for row in 0..<3 {
      for column in 0..<4 {
        temperatures.append(row)
        widths.append(column)
        scores.append([3.0, 5, 1][row] + 0.5 * [1.0, 2, 4, 8][column])
      }
    }
    let found = try decomposition(
      [("temperature", temperatures), ("num_beams", widths)], values(scores))
    #expect(found.shares.map(\.parameter) == ["temperature", "num_beams"])
    #expect(found.presence == nil && found.overlaps.isEmpty && found.rest < 1e-9)
    // Variance of 3, 5, 1 is 8/3; of half of 1, 2, 4, 8 it is 1.796875.
    #expect(abs(found.shares[0].share - (8.0 / 3) / (8.0 / 3 + 1.796875)) < 1e-9)
    #expect(abs(found.shares[0].share + found.shares[1].share - 1) < 1e-9)
    #expect(found.shares.allSatisfy { !$0.isConfounded })
  }

  @Test func trialsThatDifferInNothingGiveEveryParameterNothing() throws {
    let found = try decomposition(
      [("length_penalty", [0, 1, 2, 3, 4]), ("num_beams", [0, 0, 1, 1, 1])],
      values(Array(repeating: 18.66, count: 5)))
    #expect(!found.hasDifferences)
    #expect(found.shares.allSatisfy { $0.share == 0 && $0.interval.upper == 0 })
    #expect(found.rest == 0)
  }

  @Test func aParameterThatDoesNothingHasNothingOnAGrid() throws {
    let found = try decomposition(
      [("temperature", [0, 0, 1, 1, 2, 2]), ("length_penalty", [0, 1, 0, 1, 0, 1])],
      values([1, 1, 4, 4, 2, 2]))
    #expect(found.shares[0].share > 0.999)
    #expect(found.shares[1].share == 0)
  }

  @Test func whatAppliesIsARowOfItsOwn() throws {
    // Five trials of beams that are one and the same, and one of sampling: no length penalty did that.
    let found = try decomposition(
      [
        ("num_beams", [0, 0, 0, 0, 0, nil]), ("length_penalty", [0, 1, 2, 3, 4, nil]),
        ("temperature", [nil, nil, nil, nil, nil, 0]),
      ], values([18.66, 18.66, 18.66, 18.66, 18.66, 11]))
    #expect(found.presence.map { $0.share > 0.999 } == true)
    #expect(found.shares.map(\.parameter) == ["length_penalty"])
    // But for rounding.
    #expect(found.shares[0].share < 1e-12)
  }

  @Test func parametersThatVaryTogetherAreSaidToBeSo() throws {
    // Two points: which of both did it, nobody can tell.
    let found = try decomposition(
      [("temperature", [0, 1]), ("top_k", [0, 1])], values([1, 2]))
    #expect(found.shares.allSatisfy { $0.share == 0 && $0.isConfounded })
    #expect(found.overlaps.map(\.names) == [["temperature", "top_k"]])
    #expect(abs(found.overlaps[0].share - 1) < 1e-9)
    #expect(abs(found.rest - 1) < 1e-9)
  }

  @Test func noiseIsNoEffect() throws {
    var stream = PhiloxStream(seed: 8, purpose: .randomSearch)
    var (shares, covered) = (0.0, 0)
    let rounds = 60
    for round in 0..<rounds {
      // A temperature that matters by as much as noise hides, and a width that doesn't.
      let factors: [(String, [Int?])] = [
        ("temperature", (0..<12).map { $0 / 4 }), ("top_k", (0..<12).map { $0 % 4 }),
      ]
      let noisy = (0..<12).map { trial in
        (0..<16).map { _ in Double(trial / 4) * 0.3 + stream.uniform() * 2 }
      }
      let found = try #require(
        VarianceDecomposition(
          factors: factors.map { .init(name: $0.0, levels: $0.1) }, values: noisy,
          resampleCount: 200, seed: UInt64(round)))
      let width = try #require(found.shares.first { $0.parameter == "top_k" })
      shares += width.share / Double(rounds)
      if width.interval.lower == 0 { covered += 1 }
    }
    #expect(shares < 0.15)
    #expect(covered >= rounds * 9 / 10)
  }

  @Test func aSinglePromptHasSharesAndNoIntervals() throws {
    let found = try decomposition(
      [("temperature", [0, 1, 2])], values([1, 2, 4], prompts: 1))
    #expect(abs(found.shares[0].share - 1) < 1e-9)
    #expect(found.shares[0].interval.lower.isNaN)
  }

  @Test func nothingToDecomposeIsNothing() {
    let factor = VarianceDecomposition.Factor(name: "x", levels: [0])
    #expect(VarianceDecomposition(factors: [factor], values: [[1]], seed: 0) == nil)
    #expect(VarianceDecomposition(factors: [], values: [[], []], seed: 0) == nil)
    #expect(VarianceDecomposition(factors: [], values: [[1], [.nan]], seed: 0) == nil)
  }

  @Test func numbersFallIntoGroupsOfAboutEqualSize() {
    let levels = VarianceShare.levels(of: (0..<100).map { Double($0 * 37 % 100) })
    for level in 0..<4 { #expect(levels.count { $0 == level } == 25) }
    #expect(VarianceShare.levels(of: [5, 5, 5]) == [0, 0, 0])
  }
}
