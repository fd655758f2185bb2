import Foundation
import LanguageModeling
import Testing

@Suite struct PortableExponentialTests {
  @Test func exponentialIsThatOfTheLibraryToAFewUnits() {
    for step in 0...70_000 {
      let x = -Double(step) * 0.01
      let expected = exp(x)
      #expect(abs(PortableExponential.exp(x) - expected) <= 4 * expected.ulp, "\(x)")
    }
    for exponent in 1...300 {
      #expect(
        PortableExponential.exp(-pow(10, Double(-exponent))) == exp(-pow(10, Double(-exponent))))
    }
  }

  @Test func complementKeepsItsDigitsNearZero() {
    for step in 0...4000 {
      for x in [-Double(step) * 0.01, -pow(2, -Double(step) / 4)] where x < 0 {
        let expected = -expm1(x)
        #expect(abs(PortableExponential.complement(x) - expected) <= 8 * expected.ulp, "\(x)")
      }
    }
  }

  @Test func endsOfTheRange() {
    #expect(PortableExponential.exp(0) == 1)
    #expect(PortableExponential.exp(-.infinity) == 0)
    #expect(PortableExponential.exp(-1e300) == 0)
    #expect(PortableExponential.exp(.nan).isNaN)
    #expect(PortableExponential.complement(0) == 0)
    #expect(PortableExponential.complement(-.infinity) == 1)
    #expect(PortableExponential.complement(-.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
    #expect(PortableExponential.complement(.nan).isNaN)
  }
}
