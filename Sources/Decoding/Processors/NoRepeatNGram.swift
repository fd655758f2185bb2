/// Takes out the tokens that would complete an n-gram that stands in the sequence already, prompt included (fairseq,
/// Hugging Face, CTranslate2).
///
///     try NoRepeatNGram(2)  // after the tokens 1, 2, 3, 1 takes out 2
///
/// - Complexity: O(length · n) at worst; mostly one comparison for each token of the sequence.
public struct NoRepeatNGram: LogitsProcessor, Hashable {
  /// *n*, at least 1.
  public let size: Int

  /// No *n*-gram of `size` tokens comes twice.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a size below 1.
  public init(_ size: Int) throws(DecodingFailure) {
    guard size >= 1 else {
      throw .invalidParameter(
        "no-repeat-ngram-size", reason: "is \(size); it must be at least 1 (0 is off)")
    }
    self.size = size
  }

  /// `no-repeat-ngram-size`
  public var name: String { "no-repeat-ngram-size" }
  /// The name and the parameter.
  public var description: String { "no-repeat-ngram-size \(size)" }

  /// Takes out what would repeat.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    let tokens = context.tokens
    guard tokens.count >= size else { return }
    let prefix = tokens.count - (size - 1)
    for start in 0...tokens.count - size {
      var matched = 0
      while matched < size - 1, tokens[start + matched] == tokens[prefix + matched] { matched += 1 }
      if matched == size - 1 { candidates.exclude(tokens[start + matched]) }
    }
  }
}

extension NoRepeatNGram {
  /// `no_repeat_ngram_size`
  public static let size = Parameter<Int>.integer(
    "no_repeat_ngram_size", neutral: 0, "a whole number, 0 (off) or above", in: 0...,
    help: "Never writes the same n tokens in a row twice.", neutralWords: "off")

  static let entry = ProcessorEntry([size.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters.isOn(size) ? try NoRepeatNGram(parameters[size]) : nil
  }
}

extension Parameters {
  /// No sequence of this many tokens comes twice (`no_repeat_ngram_size`); 0 is off.
  public var noRepeatNGramSize: Int {
    get { self[NoRepeatNGram.size] }
    set { self[NoRepeatNGram.size] = newValue }
  }
}
