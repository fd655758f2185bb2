public import LanguageModeling

/// “Don't repeat yourself”: subtracts multiplier · base^(*n* − allowed length) from the logit of a token that would
/// extend a repetition, where *n* tokens at the end of the sequence stand before that token earlier on too (p-e-w,
/// oobabooga/text-generation-webui #5677; semantics of llama.cpp).
///
/// A sequence breaker, such as a line break, ends what counts as a repetition; a breaker of a single token is never
/// penalised. Of several repetitions that a token would extend, the longest counts.
///
///     // after the tokens 1, 2, 3, 1, 2: a 3 would repeat what came after 1, 2
///     try DRYPenalty(multiplier: 1)  // subtracts 1 from the logit of 3
///
/// - Complexity: O(window) by the Z-algorithm.
public struct DRYPenalty: LogitsProcessor, Hashable {
  /// The penalty at the allowed length, above 0.
  public let multiplier: Double
  /// What the penalty is multiplied with for each further token, at least 1.
  public let base: Double
  /// The length of repetition from which on there is a penalty, at least 0.
  public let allowedLength: Int
  /// How many tokens from the end are looked at; `nil` is the whole sequence.
  public let lastTokens: Int?
  /// The sequences of tokens that break repetitions, none of them empty.
  public let breakers: [[TokenID]]

  /// What follows the first token of a breaker, by that token.
  private let tails: [TokenID: [ArraySlice<TokenID>]]
  /// The exponent above which a float would overflow.
  private let maximumExponent: Int

  /// The base that llama.cpp takes by default.
  public static let defaultBase = 1.75
  /// The allowed length that llama.cpp takes by default.
  public static let defaultAllowedLength = 2

  /// A penalty with llama.cpp's parameters.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range.
  public init(
    multiplier: Double, base: Double = defaultBase, allowedLength: Int = defaultAllowedLength,
    lastTokens: Int? = nil, breakers: [[TokenID]] = []
  ) throws(DecodingFailure) {
    guard multiplier > 0, multiplier < .infinity else {
      throw .invalidParameter(
        "DRY multiplier", reason: "is \(multiplier); it must be a finite number above 0")
    }
    guard base >= 1, base < .infinity else {
      throw .invalidParameter(
        "DRY base", reason: "is \(base); it must be a finite number of at least 1")
    }
    guard allowedLength >= 0 else {
      throw .invalidParameter(
        "DRY allowed length", reason: "is \(allowedLength); it must be at least 0")
    }
    guard (lastTokens ?? 1) >= 1 else {
      throw .invalidParameter(
        "DRY penalty-last-n", reason: "is \(lastTokens ?? 0); it must be at least 1")
    }
    guard breakers.allSatisfy({ !$0.isEmpty }) else {
      throw .invalidParameter(
        "DRY sequence breakers", reason: "hold one without tokens; leave it out")
    }
    self.multiplier = multiplier
    self.base = base
    self.allowedLength = allowedLength
    self.lastTokens = lastTokens
    self.breakers = breakers
    tails = Dictionary(grouping: breakers, by: { $0[0] }).mapValues { $0.map { $0.dropFirst() } }
    maximumExponent =
      base > 1.000_001 ? Int(88.722_839 / PortableLogarithm.log(base)) : .max
  }

  /// `DRY`
  public var name: String { "DRY" }
  /// The name and the parameters.
  public var description: String {
    "DRY \(multiplier), base \(base), allowed length \(allowedLength)"
      + (lastTokens.map { ", last \($0)" } ?? "")
      + (breakers.isEmpty ? "" : ", \(breakers.count) breakers")
  }

  /// Refuses breakers with tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    for breaker in breakers { try check(breaker, vocabularyCount: vocabularyCount) }
  }

  /// Weakens what would extend a repetition.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    let window = lastTokens.map { context.tokens.suffix($0) } ?? context.tokens[...]
    guard window.count > allowedLength else { return }
    let reach = reach(in: window)
    guard reach >= allowedLength else { return }
    measureRepetitions(in: window, into: &candidates.buckets.members)
    // The longest repetition that each token would extend, plus one; 0 for none.
    for token in window { candidates.masses[Int(token)] = 0 }
    for back in 1..<window.count {
      let length = min(candidates.buckets.members[back], reach)
      let next = Int(window[window.endIndex - back])
      if length >= allowedLength {
        candidates.masses[next] = max(candidates.masses[next], Float(length + 1))
      }
    }
    for token in window {
      let length = Int(candidates.masses[Int(token)]) - 1
      guard length >= 0 else { continue }
      candidates.masses[Int(token)] = 0
      guard !isSingleBreaker(token) else { continue }
      let penalty = Float(
        min(
          multiplier * power(base, min(length - allowedLength, maximumExponent)),
          Double(Float.greatestFiniteMagnitude)))
      candidates.updateLogit(of: token) { $0 - penalty }
    }
  }

  /// The number of tokens after the last breaker.
  private func reach(in window: ArraySlice<TokenID>) -> Int {
    guard !tails.isEmpty else { return window.count }
    for (back, index) in window.indices.reversed().enumerated() {
      guard let tails = tails[window[index]] else { continue }
      let matched = tails.filter { $0.count <= back && window[(index + 1)...].starts(with: $0) }
      if let longest = matched.map(\.count).max() { return back - longest }
    }
    return window.count
  }

  /// For each distance from the end, how many tokens before it agree with those at the end: the Z-array of the
  /// reversed window.
  private func measureRepetitions(in window: ArraySlice<TokenID>, into lengths: inout [Int]) {
    let end = window.endIndex - 1
    lengths.removeAll(keepingCapacity: true)
    lengths.append(window.count)
    // The stretch that is known to agree with the end: from `left` on, before `right`.
    var (left, right) = (0, 0)
    for back in 1..<max(1, window.count) {
      var length = back < right ? min(right - back, lengths[back - left]) : 0
      while back + length < window.count, window[end - length] == window[end - back - length] {
        length += 1
      }
      lengths.append(length)
      if back + length > right { (left, right) = (back, back + length) }
    }
  }

  private func isSingleBreaker(_ token: TokenID) -> Bool {
    tails[token]?.contains { $0.isEmpty } ?? false
  }
}

extension DRYPenalty {
  /// `dry_multiplier`
  public static let multiplier = Parameter<Double>.number(
    "dry_multiplier", neutral: 0, "a number, 0 (off) or above",
    help: "Penalty on a token that would extend a repetition, growing with its length (DRY);"
      + " 0.8 is common.",
    neutralWords: "off"
  ) { $0 >= 0 && Float($0).isFinite }

  /// `dry_base`
  public static let base = Parameter<Double>.number(
    "dry_base", neutral: defaultBase, "a number, 1 or above",
    help: "Factor by which DRY's penalty grows with each further repeated token.",
    needs: [multiplier.erased]
  ) { $0 >= 1 && $0.isFinite }

  /// `dry_allowed_length`
  public static let allowedLength = Parameter<Int>.integer(
    "dry_allowed_length", neutral: defaultAllowedLength, "a whole number, 0 or above", in: 0...,
    help: "Length of a repetition from which DRY penalises.", needs: [multiplier.erased])

  /// `dry_penalty_last_n`
  public static let lastTokens = Parameter<Int>.integer(
    "dry_penalty_last_n", neutral: -1, "a whole number, or -1 for the whole sequence", in: (-1)...,
    help: "How many of the last tokens DRY looks at.", neutralWords: "all",
    needs: [multiplier.erased])

  /// `dry_sequence_breakers`
  public static let breakers = Parameter<[String]>.texts(
    "dry_sequence_breakers", neutral: ["\n", ":", "\"", "*"],
    help: "Text that ends what DRY counts as a repetition. Repeatable; none clears the list.",
    neutralWords: "newline, colon, quotation mark, asterisk",
    flag: ParameterFlag("dry-sequence-breaker", valueName: "text"), needs: [multiplier.erased])

  static let entry = ProcessorEntry([
    multiplier.erased, base.erased, allowedLength.erased, lastTokens.erased, breakers.erased,
  ]) { (parameters, sources) throws(DecodingFailure) in
    let lastTokens = parameters[lastTokens]
    guard parameters.isOn(multiplier), lastTokens != 0 else { return nil }
    let texts = parameters[breakers]
    return try DRYPenalty(
      multiplier: parameters[multiplier], base: parameters[base],
      allowedLength: parameters[allowedLength], lastTokens: lastTokens == -1 ? nil : lastTokens,
      breakers: texts.isEmpty ? [] : try sources.breakers(texts))
  }
}

extension Parameters {
  /// The penalty on what would extend a repetition of the allowed length (`dry_multiplier`); 0 is off.
  public var dryMultiplier: Double {
    get { self[DRYPenalty.multiplier] }
    set { self[DRYPenalty.multiplier] = newValue }
  }

  /// What that penalty is multiplied with for each further token (`dry_base`), 1 or above.
  public var dryBase: Double {
    get { self[DRYPenalty.base] }
    set { self[DRYPenalty.base] = newValue }
  }

  /// The length of repetition from which on there is a penalty (`dry_allowed_length`), 0 or above.
  public var dryAllowedLength: Int {
    get { self[DRYPenalty.allowedLength] }
    set { self[DRYPenalty.allowedLength] = newValue }
  }

  /// How many tokens from the end DRY looks at (`dry_penalty_last_n`); −1 is all, 0 turns it off.
  public var dryPenaltyLastN: Int {
    get { self[DRYPenalty.lastTokens] }
    set { self[DRYPenalty.lastTokens] = newValue }
  }

  /// Texts that end what counts as a repetition (`dry_sequence_breakers`).
  public var drySequenceBreakers: [String] {
    get { self[DRYPenalty.breakers] }
    set { self[DRYPenalty.breakers] = newValue }
  }
}
