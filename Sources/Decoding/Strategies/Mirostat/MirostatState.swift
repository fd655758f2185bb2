import LanguageModeling

/// What mirostat has learnt along one hypothesis.
package struct MirostatState: Hashable, Sendable {
  /// The surprise that is let through, in bits: *μ*.
  package private(set) var bound: Double
  private let mirostat: Mirostat

  /// The number of logits that version 1 looks at.
  private static var lookedAt: Int { 100 }

  /// The state of a hypothesis without tokens.
  package init(_ mirostat: Mirostat) {
    self.mirostat = mirostat
    bound = 2 * mirostat.target
  }

  /// Drops the candidates that are too surprising.
  ///
  /// - Parameter vocabularyCount: the size of the whole vocabulary.
  package func truncate(_ candidates: inout Candidates, vocabularyCount: Int) {
    switch mirostat.version {
    case .first:
      let exponent = candidates.zipfExponent(of: Self.lookedAt)
      candidates.keepGreatest(
        count(exponent: exponent, vocabularyCount: vocabularyCount), ties: .cut)
    case .second:
      guard let summary = candidates.summary(entropy: false) else { return }
      candidates.keep(
        atLeast: summary.logNormalizer - bound * PortableLogarithm.log(2) - 0x1p-22, minimum: 1,
        ties: .cut)
    }
  }

  /// Learns from the token that was drawn, by its log-probability among those that were left.
  package mutating func observe(logProbability: Double) {
    let surprise = -logProbability / PortableLogarithm.log(2)
    bound -= mirostat.rate * (surprise - mirostat.target)
  }

  /// ((*s* − 1) · 2^*μ* / (1 − *V*^(1 − *s*)))^(1 / *s*), through its logarithm, so that nothing overflows.
  private func count(exponent: Double, vocabularyCount: Int) -> Int {
    let excess = exponent - 1
    let logCount = PortableLogarithm.log(Double(max(2, vocabularyCount)))
    // Σ x^−s over the vocabulary as an integral: (1 − V^(1 − s)) / (s − 1), which is ln V where s is 1.
    let mass =
      if abs(excess) < 1e-9 {
        logCount
      } else {
        PortableExponential.complement(-abs(excess) * logCount) / abs(excess)
          / (excess < 0 ? PortableExponential.exp(excess * logCount) : 1)
      }
    let log =
      (bound * PortableLogarithm.log(2) - PortableLogarithm.log(mass)) / max(exponent, 1e-9)
    guard log < logCount else { return vocabularyCount }
    return max(1, Int(1 / PortableExponential.exp(-max(0, log))))
  }
}
