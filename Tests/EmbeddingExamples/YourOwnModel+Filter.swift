import Decoding
import Foundation

/// Keeps the candidates that are at least as probable as that two draws agree: p ≥ Σ p².
struct Agreement: Filter {
  var name: String { "agreement" }
  var description: String { name }

  func apply(to candidates: inout Candidates) {
    let agreement = candidates.distribution.reduce(0) { $0 + $1.probability * $1.probability }
    let normalizer = candidates.logNormalizer
    candidates.keep { _, logit in exp(Double(logit) - normalizer) >= agreement - 1e-6 }
  }
}
