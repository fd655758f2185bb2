public import LanguageModeling

/// Changes the distribution that a token is drawn from: rescales logits, or drops candidates.
///
/// A filter sees only what the filters before it left, and is a plain value: it may be shared by any number of
/// hypotheses. What it remembers of one is a value of its ``State``, which a search keeps by the side of the hypothesis.
/// Probabilities are those of softmax over the candidates that are left. What is within 2^-22 of a threshold counts as
/// having reached it: logits are float32, so nothing is better known than that.
public protocol Filter<State>: Sendable, CustomStringConvertible {
  /// What the filter remembers of one hypothesis; by default `Void`, which is nothing. Copying it is
  /// forking it.
  associatedtype State: Sendable = Void

  /// The filter's name in a ``FilterOrder``.
  var name: String { get }

  /// Whether the filter leaves something to chance, so that it has to be applied to each sample by itself.
  var usesNoise: Bool { get }

  /// What decides a candidate's fate, ``FilterReach/all`` by default. Anything less must hold for every row of logits:
  /// masks that constraints make after the filter rest on it.
  var reach: FilterReach { get }

  /// What is remembered of a hypothesis without tokens.
  var initialState: State { get }

  /// Changes `candidates`. At least one must remain of any that there are. A filter that leaves something to chance
  /// acts here as if chance had decided for it, and one that remembers as on a first token.
  func apply(to candidates: inout Candidates)

  /// Changes the `candidates` for the token at `position` of the sample that `noise` belongs to.
  ///
  /// - Parameter position: the index of the token to draw, 0 for the first after the prompt.
  func apply(to candidates: inout Candidates, noise: CounterNoise, position: Int)

  /// Changes the `candidates` by what is remembered of the hypothesis.
  func apply(to candidates: inout Candidates, state: State, noise: CounterNoise, position: Int)

  /// Learns what was drawn.
  ///
  /// - Parameters:
  ///   - index: the token's, among `candidates`.
  ///   - candidates: what was drawn from, after all filters.
  func accept(_ index: Int, of candidates: borrowing Candidates, state: inout State)
}

extension Filter {
  /// `false`
  public var usesNoise: Bool { false }

  /// ``FilterReach/all``
  public var reach: FilterReach { .all }

  /// Changes the candidates in the same way for all samples.
  public func apply(to candidates: inout Candidates, noise: CounterNoise, position: Int) {
    apply(to: &candidates)
  }
}

extension Filter where State == Void {
  /// Nothing.
  public var initialState: Void { () }

  /// Changes the candidates whatever was drawn before.
  public func apply(
    to candidates: inout Candidates, state: Void, noise: CounterNoise, position: Int
  ) {
    apply(to: &candidates, noise: noise, position: position)
  }

  /// Learns nothing.
  public func accept(_ index: Int, of candidates: borrowing Candidates, state: inout Void) {}
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
func checkMinimum(_ minimum: Int, of filter: String) throws(DecodingFailure) {
  guard minimum >= 1 else {
    throw .invalidParameter(filter, reason: "is to keep at least \(minimum); it must be 1 or more")
  }
}
