public import LanguageModeling

/// Changes the distribution that a token is drawn from: rescales logits, or drops candidates.
///
/// A filter sees only what the filters before it left, and is a plain value: it may be shared by any number of
/// hypotheses. Probabilities are those of softmax over the candidates that are left. What is within 2^-22 of a
/// threshold counts as having reached it: logits are float32, so nothing is better known than that.
public protocol Filter: Sendable, CustomStringConvertible {
  /// The filter's name in a ``FilterOrder``.
  var name: String { get }

  /// Whether the filter leaves something to chance, so that it has to be applied to each sample by itself.
  var usesNoise: Bool { get }

  /// Changes `candidates`. At least one must remain of any that there are. A filter that leaves something to chance
  /// acts here as if chance had decided for it.
  func apply(to candidates: inout Candidates)

  /// Changes the `candidates` for the token at `position` of the sample that `noise` belongs to.
  ///
  /// - Parameter position: the index of the token to draw, 0 for the first after the prompt.
  func apply(to candidates: inout Candidates, noise: CounterNoise, position: Int)
}

extension Filter {
  /// `false`
  public var usesNoise: Bool { false }

  /// Changes the candidates in the same way for all samples.
  public func apply(to candidates: inout Candidates, noise: CounterNoise, position: Int) {
    apply(to: &candidates)
  }
}

/// Whose rule holds where projects agree on a filter but not on its edges: ties, and equality with a threshold.
public enum EdgeRules: Hashable, Sendable {
  /// transformers'.
  case huggingFace
  /// llama.cpp's.
  case llamaCpp
  /// mlx-lm's.
  case mlx
}

/// Refuses a count of candidates to keep that is below 1.
func checkMinimum(_ minimum: Int, of filter: String) throws(DecodingError) {
  guard minimum >= 1 else {
    throw .invalidParameter(filter, reason: "is to keep at least \(minimum); it must be 1 or more")
  }
}
