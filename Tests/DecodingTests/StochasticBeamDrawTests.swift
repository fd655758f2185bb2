import Decoding
import Foundation
import Testing

@Suite struct StochasticBeamDrawTests {
  private func draw(_ logProbability: Double, threshold: Double) -> StochasticBeamDraw {
    StochasticBeamDraw(
      logProbability: logProbability, perturbedLogProbability: 0, threshold: threshold)
  }

  @Test func weightIsProbabilityOverInclusion() {
    for logProbability in stride(from: -30.0, through: -0.1, by: 0.7) {
      for threshold in stride(from: -20.0, through: 4, by: 0.9) {
        let draw = draw(logProbability, threshold: threshold)
        let inclusion = -expm1(-exp(logProbability - threshold))
        #expect(abs(draw.inclusionProbability - inclusion) <= 1e-15)
        let expected = exp(logProbability) / inclusion
        #expect(abs(draw.weight - expected) <= 1e-12 * expected)
      }
    }
  }

  @Test func weightsOfLongTextsAreFiniteInLogarithms() {
    for logProbability in [-1e4, -1e3, -700, -20] {
      // What is far below the threshold has its weight; what is far above, its own probability.
      #expect(draw(logProbability, threshold: -2).logWeight.isFinite)
      #expect(
        abs(
          draw(logProbability, threshold: logProbability + 800).logWeight
            - (logProbability + 800)) < 1e-9)
      #expect(draw(logProbability, threshold: logProbability - 800).logWeight == logProbability)
      #expect(draw(logProbability, threshold: -.infinity).logWeight == logProbability)
    }
    // Both formulas agree where one takes over from the other.
    let (near, far) = (draw(-17.999_999, threshold: 0), draw(-18.000_001, threshold: 0))
    #expect(abs(near.logWeight - far.logWeight) < 1e-9)
    let weights = StochasticBeamDraw.normalizedWeights(
      [-5000, -5001, -5003].map { draw($0, threshold: -5002) })
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 > 0.01 })
    #expect(StochasticBeamDraw.normalizedWeights([]).isEmpty)
  }
}

@Suite struct TruncatedGumbelTests {
  @Test func agreesWithTheDefinition() {
    for limit in stride(from: -3.0, through: 3, by: 0.5) {
      for maximum in stride(from: -3.0, through: 3, by: 0.5) {
        var last = -Double.infinity
        for below in stride(from: 6.0, through: 0, by: -0.25) {
          let gumbel = maximum - below
          let moved = TruncatedGumbel.conditioned(gumbel, maximum: maximum, on: limit)
          let expected = -log(exp(-limit) - exp(-maximum) + exp(-gumbel))
          #expect(abs(moved - expected) < 1e-12)
          #expect(moved > last)
          last = moved
        }
        #expect(last == limit)
      }
    }
  }

  @Test func staysFiniteAndOrderedAtTheExtremes() {
    for limit in [-1e6, -700, -40, 0, 40.0] {
      for maximum in [-1e6, -700, 0, 36.8] {
        var last = -Double.infinity
        for below in [1e7, 1e5, 1000, 50, 1, 1e-3, 1e-9, 0] {
          let moved = TruncatedGumbel.conditioned(maximum - below, maximum: maximum, on: limit)
          #expect(moved.isFinite && moved <= limit && moved >= last)
          last = moved
        }
        #expect(last == limit)
      }
    }
  }
}
