/// What decides whether a filter keeps a candidate, and with which logit: how much of a constraint's mask has to be known
/// before it.
public enum FilterReach: Hashable, Sendable {
  /// The candidate by itself.
  case itself
  /// The candidate, and the greatest logit of all.
  case best
  /// Whether it is among so many greatest, or equals the last of them.
  case greatest(Int)
  /// All candidates, such as for a sum over them.
  case all
}

/// How a chain of filters may meet a constraint's mask so that it makes no difference that not all of the mask is known.
package enum MaskReach: Hashable, Sendable {
  /// After the first `start` filters, which look at each candidate by itself, so many of the greatest that are allowed are
  /// enough.
  case greatest(Int, after: Int)
  /// The one that is chosen without a mask is the choice, if it is allowed, and, where `needsBest`, if the greatest is.
  case chosen(needsBest: Bool)
  /// All of it.
  case all
}

extension FilterChain {
  /// How much of a constraint's mask the chain has to know.
  package var maskReach: MaskReach {
    var needsBest = false
    for (index, filter) in filters.enumerated() {
      switch filter.reach {
      case .itself: continue
      case .best: needsBest = true
      case .greatest(let count): return needsBest ? .all : .greatest(count, after: index)
      case .all: return .all
      }
    }
    return .chosen(needsBest: needsBest)
  }
}
