import LanguageModeling

/// Which positions of a canvas a step settles.
public enum CanvasAcceptance: Hashable, Sendable {
  /// As many as the schedule says, those whose drawn token is most probable (LLaDA's `low_confidence`).
  case confidence
  /// As many as the schedule says, those where the best token leads the second by most probability (Dream's
  /// `topk_margin`).
  case margin
  /// As many as the schedule says, those whose distribution has the least entropy.
  case entropy
  /// As many as the schedule says, at random: every order is equally likely.
  case random
  /// All whose drawn token has at least this probability, one at least (Fast-dLLM, arXiv 2505.22618).
  case threshold(Double)
  /// The *k* of least entropy for which the entropies' sum without the greatest is at most this, in nats: a bound on what
  /// they tell about each other (arXiv 2505.24857). One at least.
  case entropyBound(Double)

  /// Whether the schedule says how many.
  var followsSchedule: Bool {
    switch self {
    case .confidence, .margin, .entropy, .random: true
    case .threshold, .entropyBound: false
    }
  }

  /// The name.
  var name: String {
    switch self {
    case .confidence: "confidence"
    case .margin: "margin"
    case .entropy: "entropy"
    case .random: "random"
    case .threshold(let probability): "threshold \(probability)"
    case .entropyBound(let bound): "entropy bound \(bound)"
    }
  }

  /// The positions that are settled.
  ///
  /// Among equals the first position comes first. The result doesn't depend on the order of `proposals`.
  ///
  /// - Parameters:
  ///   - proposals: what is known about the positions that may be settled.
  ///   - count: how many the schedule says; at least so many are settled by the rules that don't follow it, too, where
  ///     they are the last step's.
  /// - Complexity: O(n log n).
  func accepted(_ proposals: [CanvasProposal], count: Int) -> [CanvasProposal] {
    let ranked = proposals.sorted {
      $0.rank == $1.rank ? $0.position < $1.position : $0.rank < $1.rank
    }
    switch self {
    case .confidence, .margin, .entropy, .random:
      return Array(ranked.prefix(count))
    case .threshold(let probability):
      let passed = ranked.count { -$0.rank >= probability }
      return Array(ranked.prefix(max(1, passed, count)))
    case .entropyBound(let bound):
      var (sum, passed) = (0.0, 0)
      for proposal in ranked where sum <= bound {
        sum += proposal.rank
        passed += 1
      }
      return Array(ranked.prefix(max(1, passed, count)))
    }
  }
}

/// A token for a position of a canvas, and what speaks for it.
struct CanvasProposal {
  /// The position within the canvas.
  var position: Int
  /// The token that was drawn.
  var token: TokenID
  /// Its log-probability in the distribution that it was drawn from, where the report asks for it.
  var processedLogProbability: Double?
  /// The most probable token of the distribution before filters.
  var best: TokenID
  /// What positions are settled in the order of, least first: a probability or a lead with its sign turned, an entropy, a
  /// random number.
  var rank: Double
  /// The entropy of the distribution before filters, in nats.
  var entropy: Double
}
