public import LanguageModeling

/// Adds to the logits of single tokens, at every step.
///
///     // logits 4, 2, 1
///     try LogitBias([0: -3, 2: -.infinity])  // makes them 1, 2, −∞
///
/// - Complexity: O(biases).
public struct LogitBias: LogitsProcessor, Hashable {
  /// What is added, by token: finite, or −∞ to take the token out.
  public let biases: [TokenID: Float]

  /// Biases for these tokens.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a NaN, +∞ or a number beyond float32.
  public init(_ biases: [TokenID: Double]) throws(DecodingFailure) {
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

  /// `false`: the same at every position.
  public var readsTokens: Bool { false }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    try check(biases.keys.sorted(), vocabularyCount: vocabularyCount)
  }

  /// Adds the biases.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    for (token, bias) in biases { candidates.updateLogit(of: token) { $0 + bias } }
  }
}

/// Refuses a bias that isn't a finite number or −∞.
func checkBias(_ bias: Double, of subject: String, name: String) throws(DecodingFailure) {
  guard bias == -.infinity || Float(bias).isFinite else {
    throw .invalidParameter(
      name, reason: "\(bias) for \(subject) is no bias; write a finite number, or -inf to ban it")
  }
}

extension LogitBias {
  /// `logit_bias`
  public static let biases = Parameter<[TokenID: Double]>(
    "logit_bias", .biases, neutral: [:], spelled: .null,
    "token ids, each with what is added to its logit: 50256=-1.5, in a file {50256: -1.5};"
      + " -inf bans it",
    help: "Adds x to the logit of a token id; -inf bans the token. Repeatable.",
    flag: ParameterFlag("logit-bias", valueName: "id=x"), tokens: { $0.keys.sorted() }
  ) { value in
    guard !value.isEmpty else { return [:] }
    guard case .mapping(let members) = value else { return nil }
    var biases: [TokenID: Double] = [:]
    for member in members {
      guard let token = TokenID(member.key), token >= 0, let bias = member.value.bias,
        biases.updateValue(bias, forKey: token) == nil
      else { return nil }
    }
    return biases
  }

  static let entry = ProcessorEntry([biases.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters.isOn(biases) ? try LogitBias(parameters[biases]) : nil
  }
}

extension Parameters {
  /// What is added to the logits of tokens (`logit_bias`): finite, or −∞ to ban one.
  public var logitBias: [TokenID: Double] {
    get { self[LogitBias.biases] }
    set { self[LogitBias.biases] = newValue }
  }
}
