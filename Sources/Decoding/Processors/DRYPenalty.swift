public import LanguageModeling

/// “Don't repeat yourself”: subtracts multiplier · base^(*n* − allowed length) from the logit of a token that would
/// extend a repetition, where *n* tokens at the end of the sequence stand before that token earlier on too (p-e-w,
/// oobabooga/text-generation-webui #5677; semantics of llama.cpp).
///
/// A sequence breaker, such as a line break, ends what counts as a repetition; a breaker of a single token is never
/// penalised. Of several repetitions that a token would extend, the longest counts.
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
  private let largestExponent: Int

  /// The base that llama.cpp takes unless told otherwise.
  public static let usualBase = 1.75
  /// The allowed length that llama.cpp takes unless told otherwise.
  public static let usualAllowedLength = 2

  /// A penalty with llama.cpp's parameters unless said otherwise.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a parameter outside its range.
  public init(
    multiplier: Double, base: Double = usualBase, allowedLength: Int = usualAllowedLength,
    lastTokens: Int? = nil, breakers: [[TokenID]] = []
  ) throws(DecodingError) {
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
    largestExponent =
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
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingError) {
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
          multiplier * power(base, min(length - allowedLength, largestExponent)),
          Double(Float.greatestFiniteMagnitude)))
      candidates.updateLogit(of: token) { $0 - penalty }
    }
  }

  /// The number of tokens behind the last breaker.
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
