public import LanguageModeling
public import Metrics

/// What a model is to score.
public enum ScoringText: Hashable, Sendable {
  /// A text: each of its tokens but the first, which nothing stands before.
  case text(String)
  /// The continuation of a context: its tokens alone. They are split as lm-evaluation-harness does it: white space at
  /// the end of the context belongs to the continuation, both are encoded together, and cut at the length of the encoded
  /// context. Of what is too long for the model, the left is cut off.
  case continuation(String, after: String)
  /// Tokens, taken as they are: each but the first.
  case tokens([TokenID])
}

/// How probable a model finds a text or a continuation.
public struct ScoredText: Hashable, Sendable {
  /// The tokens: of the text, or of the continuation alone.
  public var tokens: [TokenID]
  /// The natural log-probability of each, given those before it; the first token of a text has none.
  public var tokenLogProbabilities: [Double?]
  /// Whether greedy search would write the continuation, token by token; `nil` for a text.
  public var isGreedy: Bool?
  /// The bytes of what is scored, in UTF-8.
  public var byteCount: Int
  /// How many windows it was read in: more than one where it is longer than they are.
  public var windowCount: Int

  /// The sums of it, which add up over texts.
  public var likelihood: Likelihood {
    Likelihood(
      logProbabilities: tokenLogProbabilities.lazy.compactMap { $0 }, byteCount: byteCount)
  }

  /// The sum of the log-probabilities.
  public var logProbability: Double {
    tokenLogProbabilities.reduce(0) { $0 + ($1 ?? 0) }
  }
}

/// How texts that are longer than the context are read: in windows of at most ``length`` tokens, each of which begins
/// ``stride`` tokens after the one before. Every token counts once, in the first window that it stands in, so with as
/// much before it as the window leaves: `length - stride` tokens at least.
///
///     ScoringWindows(length: 512, stride: 256)
public struct ScoringWindows: Hashable, Sendable {
  /// Tokens of a window, 2 or more.
  public var length: Int
  /// Tokens from the beginning of a window to that of the next, 1 to `length - 1`.
  public var stride: Int

  /// Windows; `nil` where a text can't be read in such.
  ///
  /// - Parameter stride: `nil`: half of the length.
  public init?(length: Int, stride: Int? = nil) {
    let stride = stride ?? max(1, length / 2)
    guard length >= 2, stride >= 1, stride < length else { return nil }
    self.length = length
    self.stride = stride
  }

  /// The windows of `count` tokens, each with the first token that counts in it.
  ///
  /// - Parameter start: the first token that counts at all.
  func windows(of count: Int, from start: Int) -> [(tokens: Range<Int>, start: Int)] {
    var windows: [(tokens: Range<Int>, start: Int)] = []
    var (begin, next) = (0, start)
    while next < count {
      let end = min(begin + length, count)
      if next < end {
        windows.append((begin..<end, next))
        next = end
      }
      begin += stride
    }
    return windows
  }
}
