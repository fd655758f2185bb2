/// Changes the distribution that a token is drawn from: rescales logits, or drops candidates.
///
/// A filter sees only what the filters before it left, and is a plain value: it may be shared by any number of
/// hypotheses.
public protocol Filter: Sendable, CustomStringConvertible {
  /// The filter's name in a ``FilterOrder``.
  var name: String { get }

  /// Changes `candidates`. At least one must remain of any that there are.
  func apply(to candidates: inout Candidates)
}
