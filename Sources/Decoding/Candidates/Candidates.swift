import Kernels
public import LanguageModeling

/// The tokens that may still be taken, with their logits: the whole vocabulary at first, then an ever shorter list.
///
/// Candidates stand in the order of their ids throughout, so “the first among equals” is the one with the lowest id.
/// A logit of −∞ is a token that can't be taken; it may still be counted until the list is first shortened. The
/// buffers are allocated once for the vocabulary and used again at every step.
public struct Candidates: Sendable {
  /// Logits of the candidates, the first `count`.
  var logits: [Float]
  /// Ids of the candidates, the first `count`; while `isDense`, not filled in, and index and id are the same.
  var tokens: [TokenID]
  /// Room for one number for each candidate.
  var masses: [Float]
  /// The buckets that selections count in.
  var buckets: SelectionBuckets

  /// The number of candidates.
  public internal(set) var count: Int
  /// Whether the list is the whole vocabulary still.
  public internal(set) var isDense: Bool

  /// Room for the candidates of a vocabulary, with none in it.
  public init(vocabularyCount: Int) {
    logits = Array(repeating: 0, count: vocabularyCount)
    tokens = Array(repeating: 0, count: vocabularyCount)
    masses = Array(repeating: 0, count: vocabularyCount)
    buckets = SelectionBuckets()
    count = 0
    isDense = true
  }

  /// Makes every token a candidate, with its logit.
  ///
  /// - Parameter row: one logit for each token of the vocabulary: finite or −∞.
  /// - Complexity: O(vocabulary).
  public mutating func load(_ row: Span<Float>) {
    count = min(row.count, logits.count)
    isDense = true
    logits.withUnsafeMutableBufferPointer { logits in
      row.withUnsafeBufferPointer { row in
        _ = logits.update(fromContentsOf: row.prefix(logits.count))
      }
    }
  }

  /// Takes a token out.
  public mutating func exclude(_ token: TokenID) {
    guard let index = index(of: token) else { return }
    logits[index] = -.infinity
  }

  /// Changes the logit of a token that can be taken; nothing happens to others. What `change` gives is brought into
  /// the range of finite numbers and −∞, which takes the token out.
  ///
  /// - Complexity: O(1) while the list is the whole vocabulary.
  @inline(__always)
  public mutating func updateLogit(of token: TokenID, _ change: (Float) -> Float) {
    guard let index = index(of: token), logits[index] > -.infinity else { return }
    let logit = change(logits[index])
    let greatest = Float.greatestFiniteMagnitude
    logits[index] = logit > -.infinity ? max(-greatest, min(greatest, logit)) : -.infinity
  }

  /// Masks all candidates but those among `allowed`.
  ///
  /// - Complexity: O(candidates + allowed).
  public mutating func keep(only allowed: some Sequence<TokenID>) {
    for index in 0..<count { masses[index] = 0 }
    for token in allowed {
      if let index = index(of: token) { masses[index] = 1 }
    }
    for index in 0..<count where masses[index] == 0 { logits[index] = -.infinity }
  }

  /// The id of the candidate at `index`.
  public func token(at index: Int) -> TokenID {
    isDense ? TokenID(truncatingIfNeeded: index) : tokens[index]
  }

  /// The logit of the candidate at `index`.
  public func logit(at index: Int) -> Float {
    logits[index]
  }

  /// Where `token` stands, or `nil` where it isn't a candidate.
  ///
  /// - Complexity: O(log candidates).
  public func index(of token: TokenID) -> Int? {
    if isDense { return token >= 0 && token < count ? Int(token) : nil }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < count && tokens[low] == token ? low : nil
  }

  /// The greatest logit; −∞ where nothing can be taken.
  ///
  /// - Complexity: O(candidates).
  public var maximum: Float {
    withLogits { LogitRow.maximum(of: $0).value }
  }

  /// The index of the greatest logit, among equals the first; `nil` where nothing can be taken.
  public var indexOfMaximum: Int? {
    withLogits { row in
      let maximum = LogitRow.maximum(of: row).value
      return maximum > -.infinity ? row.firstIndex(of: maximum) : nil
    }
  }

  /// ln Σ exp of the logits: subtract it to make log-probabilities. Something must be there to take.
  ///
  /// - Complexity: O(candidates).
  public var logNormalizer: Double {
    withLogits { Self.logSumExp(of: $0, maximum: LogitRow.maximum(of: $0).value) }
  }

  /// The log-probability of the candidate at `index` in softmax(logits).
  ///
  /// - Complexity: O(candidates).
  public func logProbability(at index: Int) -> Double {
    Double(logits[index]) - logNormalizer
  }

  /// The distribution that a draw takes from: each token that can be taken, with its probability, by id.
  ///
  /// Made for looking at, not for the loop: it allocates.
  public var distribution: [(token: TokenID, probability: Double)] {
    let maximum = maximum
    guard maximum > -.infinity else { return [] }
    let exponentials = (0..<count).map { index in
      LogitRow.exponential(Double(logits[index] - maximum))
    }
    let sum = exponentials.reduce(0, +)
    return (0..<count).filter { logits[$0] > -.infinity }.map { index in
      (token(at: index), exponentials[index] / sum)
    }
  }

  /// Divides every logit by `divisor`.
  ///
  /// - Complexity: O(candidates).
  public mutating func divideLogits(by divisor: Float) {
    logits.withUnsafeMutableBufferPointer { logits in
      for index in 0..<count { logits[index] /= divisor }
    }
  }

  /// Divides every logit by a temperature of at least 0: 0, and one so low that the best logit overflows, leaves
  /// nothing but the best.
  mutating func divideLogits(byTemperature temperature: Float) {
    if temperature == 0 || !(maximum / temperature).isFinite {
      keepMaximum()
    } else if temperature != 1 {
      divideLogits(by: temperature)
    }
  }

  /// Adds `shift` to every logit.
  ///
  /// - Complexity: O(candidates).
  mutating func shiftLogits(by shift: Double) {
    logits.withUnsafeMutableBufferPointer { logits in
      for index in 0..<count { logits[index] = Float(Double(logits[index]) + shift) }
    }
  }

  /// Drops all but the first of the greatest logits.
  public mutating func keepMaximum() {
    guard let index = indexOfMaximum else { return }
    tokens[0] = token(at: index)
    logits[0] = logits[index]
    count = 1
    isDense = false
  }

  /// Keeps the candidates for which `isKept` holds, and none whose logit is −∞.
  ///
  /// - Complexity: O(candidates).
  public mutating func keep(where isKept: (_ token: TokenID, _ logit: Float) -> Bool) {
    var kept = 0
    let (count, isDense) = (count, isDense)
    logits.withUnsafeMutableBufferPointer { logits in
      tokens.withUnsafeMutableBufferPointer { tokens in
        for index in 0..<count {
          let logit = logits[index]
          guard logit > -.infinity else { continue }
          let token = isDense ? TokenID(truncatingIfNeeded: index) : tokens[index]
          guard isKept(token, logit) else { continue }
          logits[kept] = logit
          tokens[kept] = token
          kept += 1
        }
      }
    }
    self.count = kept
    self.isDense = false
  }

  /// Keeps the candidates in a range, none of which may be −∞: fast where few are kept.
  ///
  /// - Complexity: O(candidates).
  mutating func keep(_ range: LogitRange) {
    let (count, isDense) = (count, isDense)
    self.count = logits.withUnsafeMutableBufferPointer { logits in
      tokens.withUnsafeMutableBufferPointer { tokens in
        LogitRow.keep(
          range, logits: UnsafeMutableBufferPointer(rebasing: logits[..<count]), tokens: tokens,
          isDense: isDense)
      }
    }
    self.isDense = false
  }

  /// Whether the logits are those of a distribution: no NaN, no +∞, and not all −∞.
  var isDistribution: Bool {
    withLogits { row in
      let (maximum, isOrdered) = LogitRow.maximum(of: row)
      return maximum.isFinite && isOrdered
    }
  }

  /// ln Σ exp of the logits, and their entropy in nats where it is asked for; `nil` for logits that are no
  /// distribution: a NaN, a +∞, or nothing but −∞.
  func summary(entropy: Bool) -> (logNormalizer: Double, entropy: Double?)? {
    withLogits { row in
      let (maximum, isOrdered) = LogitRow.maximum(of: row)
      guard maximum.isFinite, isOrdered else { return nil }
      return (
        Self.logSumExp(of: row, maximum: maximum),
        entropy ? Self.entropy(of: row, maximum: maximum) : nil
      )
    }
  }

  /// ln Σ exp *x*, in nats.
  private static func logSumExp(of row: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    Double(maximum)
      + PortableLogarithm.log(LogitRow.sumOfExponentials(of: row, maximum: maximum))
  }

  /// The entropy of softmax(*x*) in nats: ln *S* − Σ *e* · (*x* − max) / *S*, with *e* = exp(*x* − max), *S* = Σ *e*.
  private static func entropy(of row: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    let sums = LogitRow.entropySums(of: row, maximum: maximum)
    let entropy = PortableLogarithm.log(sums.sum) - sums.weighted / sums.sum
    return entropy > 0 ? entropy : 0
  }

  /// The candidates with their log-probabilities, best first; equal ones in the order of their ids.
  func ranked(logNormalizer: Double) -> [TokenAlternative] {
    (0..<count).filter { logits[$0] > -.infinity }
      .sorted { logits[$0] > logits[$1] || (logits[$0] == logits[$1] && $0 < $1) }
      .map {
        TokenAlternative(token: token(at: $0), logProbability: Double(logits[$0]) - logNormalizer)
      }
  }

  @inline(__always)
  func withLogits<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    logits.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
  }
}
