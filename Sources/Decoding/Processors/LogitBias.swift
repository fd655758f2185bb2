public import LanguageModeling

/// Adds to the logits of single tokens, at every step.
///
/// - Complexity: O(biases).
public struct LogitBias: LogitsProcessor, Hashable {
  /// What is added, by token: finite, or −∞ to take the token out.
  public let biases: [TokenID: Float]

  /// Biases for these tokens.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a NaN, +∞ or a number beyond float32.
  public init(_ biases: [TokenID: Double]) throws(DecodingError) {
    for (token, bias) in biases.sorted(by: { $0.key < $1.key }) {
      try checkBias(bias, of: "token \(token)", name: "logit bias")
    }
    self.biases = biases.mapValues { Float($0) }
  }

  /// `logit bias`
  public var name: String { "logit bias" }
  /// The name and the biases, by token.
  public var description: String {
    "logit bias "
      + biases.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingError) {
    try check(biases.keys.sorted(), vocabularyCount: vocabularyCount)
  }

  /// Adds the biases.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    for (token, bias) in biases { candidates.updateLogit(of: token) { $0 + bias } }
  }
}

/// Refuses a bias that isn't a finite number or −∞.
func checkBias(_ bias: Double, of subject: String, name: String) throws(DecodingError) {
  guard bias == -.infinity || Float(bias).isFinite else {
    throw .invalidParameter(
      name, reason: "\(bias) for \(subject) is no bias; write a finite number, or -inf to ban it")
  }
}
