/// The noise of one sample: uniform and Gumbel numbers as a pure function of the seed, the prompt, the sample's number,
/// the position and the token.
///
/// There is no state to advance. Which noise a draw sees therefore depends on nothing that runs beside it, and two
/// settings tried with one seed see the same noise wherever their texts agree (common random numbers).
///
/// ### Layout
/// All words come from ``Philox4x32``; words are numbered 0 to 3.
/// - **Key**: words 0 and 1 of Philox with key (low, high half of the seed) at counter (low, high half of
///   ``PromptHash``, 0, `0xffffffff`).
/// - **Counter** of a token's noise: (token / 4, position, sample, *lane*), all modulo 2^32; the token takes word
///   token mod 4. *Lane* 0 gives the high 32 bits of the number, lane 1 the 20 below them.
/// - **Counter** of a position's own noise: (0, position, sample, 2), words 0 and 1 in the same roles.
/// - **Counter** of a position's coin: (0, position, sample, 3), words 0 and 1 in the same roles.
/// - In *round* r (``inRound(_:)``), where a position is decided several times, 4r is added to the last word of these.
///
/// With *n* the 52 bits, the uniform number is *u* = (*n* + ½) / 2^52, strictly between 0 and 1. The Gumbel number is
/// −ln(−ln(1 − *u*)): 1 − *u* has the law of *u*, and near 0 a double is fine enough to tell apart the large values
/// that decide draws. It lies between −3.6 and 36.8.
///
/// The layout is frozen: a change to it changes every sampled text.
@frozen
public struct CounterNoise: Hashable, Sendable {
  @usableFromInline let generator: Philox4x32
  @usableFromInline let sample: UInt32
  /// The lane of a token's high words: 4 · round.
  @usableFromInline var lane: UInt32 = 0

  /// The noise of sample number `sample` of a prompt under `seed`.
  public init(seed: UInt64, prompt: PromptHash, sample: Int) {
    let words = Philox4x32(key: Self.halves(seed)).words(
      at: Philox4x32.Words(lowHalf: Self.halves(prompt.rawValue), highHalf: Philox4x32.Key(0, .max))
    )
    generator = Philox4x32(key: words.lowHalf)
    self.sample = UInt32(truncatingIfNeeded: sample)
  }

  /// The sample's noise for another round: where a position is decided several times, as when a block of text is denoised
  /// in steps, each time has noise of its own. Round 0 is the noise that there is otherwise.
  public func inRound(_ round: Int) -> CounterNoise {
    var noise = self
    noise.lane = UInt32(truncatingIfNeeded: round) &* 4
    return noise
  }

  private static func halves(_ value: UInt64) -> Philox4x32.Key {
    Philox4x32.Key(UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32))
  }

  /// A uniform number in (0, 1) for a position.
  ///
  /// - Parameter position: the index of the token to draw, 0 for the first after the prompt.
  public func uniform(position: Int) -> Double {
    let words = generator.words(
      at: Philox4x32.Words(0, UInt32(truncatingIfNeeded: position), sample, lane &+ 2))
    return Self.uniform(high: words.x, low: words.y)
  }

  /// A second uniform number in (0, 1) for a position, independent of the first and of those of its tokens: for what a
  /// filter decides by chance before the token is drawn.
  public func coin(position: Int) -> Double {
    let words = generator.words(
      at: Philox4x32.Words(0, UInt32(truncatingIfNeeded: position), sample, lane &+ 3))
    return Self.uniform(high: words.x, low: words.y)
  }

  /// A uniform number in (0, 1) for a token at a position.
  public func uniform(position: Int, token: TokenID) -> Double {
    uniform(
      position: position, token: token,
      high: highWords(position: position, token: token)[Self.word(of: token)])
  }

  /// A standard Gumbel number for a token at a position: finite, and greatest for a token with probability
  /// proportional to exp(logit) when added to the logits.
  public func gumbel(position: Int, token: TokenID) -> Double {
    Self.gumbel(uniform: uniform(position: position, token: token))
  }

  /// A standard Gumbel number for a position, made of ``uniform(position:)``.
  public func gumbel(position: Int) -> Double {
    Self.gumbel(uniform: uniform(position: position))
  }

  /// The high words of the uniform numbers of the four tokens of `token`'s block, `token & ~3` first.
  @inlinable @inline(__always)
  package func highWords(position: Int, token: TokenID) -> Philox4x32.Words {
    generator.words(
      at: Philox4x32.Words(
        UInt32(bitPattern: token) &>> 2, UInt32(truncatingIfNeeded: position), sample, lane))
  }

  /// The Gumbel number of a token whose high word is known already.
  package func gumbel(position: Int, token: TokenID, highWord: UInt32) -> Double {
    Self.gumbel(uniform: uniform(position: position, token: token, high: highWord))
  }

  private func uniform(position: Int, token: TokenID, high: UInt32) -> Double {
    let words = generator.words(
      at: Philox4x32.Words(
        UInt32(bitPattern: token) &>> 2, UInt32(truncatingIfNeeded: position), sample, lane &+ 1))
    return Self.uniform(high: high, low: words[Self.word(of: token)])
  }

  private static func word(of token: TokenID) -> Int {
    Int(token & 3)
  }

  private static func uniform(high: UInt32, low: UInt32) -> Double {
    let bits = UInt64(high) << 20 | UInt64(low >> 12)
    return (Double(bits) + 0.5) * 0x1p-52
  }

  private static func gumbel(uniform: Double) -> Double {
    -PortableLogarithm.log(-PortableLogarithm.logOfComplement(uniform))
  }
}
