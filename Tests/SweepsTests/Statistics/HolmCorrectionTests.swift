import Sweeps
import Testing

struct HolmCorrectionTests {
  @Test func adjustsAsThePaperDoes() {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005])
    for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(value - expected) < 1e-12)
    }
  }

  @Test func neverShrinksNeverReordersNeverExceedsOne() {
    var stream = PhiloxStream(seed: 2, purpose: .randomSearch)
    for count in 0..<30 {
      let pValues = (0..<count).map { _ in stream.uniform() }
      let adjusted = HolmCorrection.adjusted(pValues)
      for first in pValues.indices {
        #expect(adjusted[first] >= pValues[first])
        #expect(adjusted[first] <= 1)
        for second in pValues.indices where pValues[first] < pValues[second] {
          #expect(adjusted[first] <= adjusted[second])
        }
      }
    }
  }

  @Test func undefinedOnesAreNoComparisons() {
    let adjusted = HolmCorrection.adjusted([0.02, .nan, 0.03])
    #expect(adjusted[0] == 0.04)
    #expect(adjusted[1].isNaN)
    #expect(adjusted[2] == 0.04)
  }
}
