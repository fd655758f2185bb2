public import Metrics

/// The ways to choose among samples that can be asked for by name.
public enum SelectionName: String, Hashable, Sendable, CaseIterable {
  /// The sample that is most like all samples: ``Generation/MinimumBayesRisk``.
  case minimumBayesRisk = "mbr"
  /// A sample with the answer that most samples have: ``Generation/SelfConsistency``.
  case vote
  /// A sample under a constraint, drawn by the probability that it left: ``Generation/ImportanceResampling``.
  case weight
}

/// The utilities of minimum Bayes risk that can be asked for by name.
public enum UtilityName: String, Hashable, Sendable, CaseIterable {
  /// chrF, 0 to 100.
  case chrF = "chrf"
  /// The F1 of words, 0 to 1.
  case tokenF1 = "token-f1"
  /// 1 for equal texts, else 0.
  case exactMatch = "exact-match"

  /// The utility.
  public var utility: any Utility {
    switch self {
    case .chrF: ChrF()
    case .tokenF1: TokenF1()
    case .exactMatch: ExactMatch(trimsWhitespace: true)
    }
  }
}
