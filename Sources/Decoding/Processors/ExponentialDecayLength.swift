/// Raises the logits of the end-of-sequence tokens ever more from some length on: by |logit| · (factor^n − 1), *n*
/// tokens after the start (Hugging Face's `exponential_decay_length_penalty`).
///
/// An end-of-sequence token that the minimum length masks stays masked (Hugging Face makes a NaN of it).
///
///     // the logit of the end-of-sequence token is 4, and 12 tokens are generated
///     try ExponentialDecayLength(start: 10, factor: 1.5)  // makes it 4 + 4 · (1.5² − 1) = 9
///
/// - Complexity: O(end-of-sequence tokens).
public struct ExponentialDecayLength: LogitsProcessor, Hashable {
  /// The number of generated tokens after which it begins, at least 0.
  public let start: Int
  /// The factor, above 0: above 1 shortens.
  public let factor: Double

  /// A decay that begins after `start` generated tokens.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a start below 0 and a factor that isn't finite and
  ///   above 0.
  public init(start: Int, factor: Double) throws(DecodingFailure) {
    guard start >= 0 else {
      throw .invalidParameter(
        "exponential decay length", reason: "starts at \(start); it must be at least 0")
    }
    guard factor > 0, factor < .infinity else {
      throw .invalidParameter(
        "exponential decay length",
        reason: "has the factor \(factor); it must be a finite number above 0")
    }
    self.start = start
    self.factor = factor
  }

  /// `exponential decay length`
  public var name: String { "exponential decay length" }
  /// The name and the parameters.
  public var description: String { "exponential decay length \(factor) from \(start)" }

  /// Refuses a request that nothing can end early.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    guard !request.stopRules.endOfSequence.isEmpty, !request.stopRules.ignoresEndOfSequence else {
      throw .conflict(
        "an exponential decay of the length works on the end-of-sequence tokens, and there are none"
          + " or they are ignored; leave one of the two out")
    }
  }

  /// Raises the end-of-sequence tokens.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    let excess = context.generatedCount - start
    guard excess > 0 else { return }
    let growth = Float(power(factor, excess) - 1)
    for token in context.endOfSequence {
      candidates.updateLogit(of: token) { $0 == 0 ? 0 : $0 + abs($0) * growth }
    }
  }
}

extension ExponentialDecayLength {
  /// `exponential_decay_length_penalty`
  public static let decay = Parameter<ExponentialDecayLength?>(
    "exponential_decay_length_penalty", .structure, neutral: nil, spelled: .null,
    "a list of two: the number of tokens from which on, and a factor above 0, as in [40, 1.05]",
    help: "Number of tokens from which the end of sequence becomes ever more likely, and a factor.",
    flag: nil
  ) { value in
    guard case .list(let parts) = value, parts.count == 2, case .integer(let start) = parts[0],
      let factor = parts[1].asDouble
    else { return nil }
    return (try? ExponentialDecayLength(start: start, factor: factor)).map { .some($0) }
  }

  static let entry = ProcessorEntry([decay.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters[decay]
  }
}

extension Parameters {
  /// Raises the end-of-sequence tokens from some length on (`exponential_decay_length_penalty`).
  public var exponentialDecayLength: ExponentialDecayLength? {
    get { self[ExponentialDecayLength.decay] }
    set { self[ExponentialDecayLength.decay] = newValue }
  }
}
