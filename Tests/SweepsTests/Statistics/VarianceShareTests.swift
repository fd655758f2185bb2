import Sweeps
import Testing

struct VarianceShareTests {
  @Test func sharesOfAnAdditiveGridAddUpToOne() throws {
    var temperatures: [Double] = []
    var widths: [Int] = []
    var scores: [Double] = []
    for (row, temperature) in [0.5, 0.7, 1.0].enumerated() {
      for width in [1, 2, 4, 8] {
        temperatures.append(temperature)
        widths.append(width)
        scores.append([3.0, 5, 1][row] + 0.5 * Double(width))
      }
    }
    let first = try #require(
      VarianceShare(parameter: "temperature", levels: temperatures, scores: scores))
    let second = try #require(
      VarianceShare(parameter: "num_beams", levels: widths, scores: scores))
    #expect(abs(first.share + second.share - 1) < 1e-12)
    #expect(first.levelCount == 3)
    // Variance of 3, 5, 1 is 8/3; of half of 1, 2, 4, 8 it is 1.796875.
    #expect(abs(first.share - (8.0 / 3) / (8.0 / 3 + 1.796875)) < 1e-12)
  }

  @Test func noiseExplainsNothingOnceChanceIsTakenOff() throws {
    var stream = PhiloxStream(seed: 8, purpose: .randomSearch)
    var raw = 0.0
    var adjusted = 0.0
    for _ in 0..<200 {
      let share = try #require(
        VarianceShare(
          parameter: "x", levels: (0..<40).map { $0 % 8 },
          scores: (0..<40).map { _ in stream.uniform() }))
      raw += share.share / 200
      adjusted += share.adjustedShare / 200
    }
    // By chance (levels − 1)/(trials − 1) = 0.179 is explained; what stays is the part cut off at 0.
    #expect(abs(raw - 7.0 / 39) < 0.02)
    #expect(adjusted < 0.06)
  }

  @Test func nothingToShareOutIsNothing() {
    #expect(VarianceShare(parameter: "x", levels: [1, 1], scores: [1, 2]) == nil)
    #expect(VarianceShare(parameter: "x", levels: [1, 2], scores: [1, 1]) == nil)
    #expect(VarianceShare(parameter: "x", levels: [1, 2], scores: [.nan, 1]) == nil)
    #expect(VarianceShare(parameter: "x", levels: [Int](), scores: []) == nil)
  }

  @Test func numbersFallIntoGroupsOfAboutEqualSize() {
    let levels = VarianceShare.levels(of: (0..<100).map { Double($0 * 37 % 100) })
    for level in 0..<4 { #expect(levels.count { $0 == level } == 25) }
    #expect(VarianceShare.levels(of: [5, 5, 5]) == [0, 0, 0])
  }
}
