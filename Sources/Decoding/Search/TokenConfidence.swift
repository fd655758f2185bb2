import Kernels
import LanguageModeling

/// How sure the unmodified model is of what comes next, as one number for a position; higher is surer.
///
/// Both are mean surprises of tokens that did *not* have to come: where one token has nearly all of the probability, the
/// others have little, and their surprise is great. The token that was taken plays no part.
public enum TokenConfidence: Hashable, Sendable {
  /// −(1/*k*) Σ ln *p* over the *k* most probable tokens, in nats: the token confidence of DeepConf (Fu et al. 2025, arXiv
  /// 2508.15260), where *k* is 20. All tokens where there are fewer.
  case mostProbable(Int)
  /// −(1/*V*) Σ ln (*V* · *p*) over all *V* tokens, in nats: the divergence of the uniform distribution from the model's,
  /// a token's term of self-certainty (Kang et al. 2025, arXiv 2502.18581). 0 for a uniform distribution. Tokens to which
  /// the model gives no probability at all don't count.
  case vocabulary
}

extension TokenReport {
  /// The confidence at a row of the model's logits, and its alternatives; of the row, the most probable tokens are left.
  func tell(
    _ row: inout Candidates, logNormalizer: Double
  ) -> (confidence: Double?, alternatives: [TokenAlternative]) {
    var told: Double?
    var listedCount = alternatives
    switch confidence {
    case .vocabulary: told = row.divergenceOfUniform(logNormalizer: logNormalizer)
    case .mostProbable(let count): listedCount = max(alternatives, count)
    case nil: break
    }
    row.keepGreatest(listedCount, ties: .cut)
    let listed = listedCount > 0 ? row.ranked(logNormalizer: logNormalizer) : []
    if case .mostProbable(let count) = confidence {
      let tokens = listed.prefix(count)
      told = -tokens.reduce(0) { $0 + $1.logProbability } / Double(max(1, tokens.count))
    }
    return (told, Array(listed.prefix(alternatives)))
  }
}

extension Candidates {
  /// KL(uniform ‖ *p*) = −(1/*V*) Σ ln (*V* · *p*) over the *V* candidates that can be taken.
  fileprivate func divergenceOfUniform(logNormalizer: Double) -> Double {
    let maximum = maximum
    guard let distances = withLogits({ LogitRow.meanDistance(of: $0, maximum: maximum) }) else {
      return 0
    }
    return logNormalizer - Double(maximum) - distances.mean
      - PortableLogarithm.log(distances.count)
  }
}
