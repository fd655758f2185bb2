import LanguageModeling

/// A stream decoder over nothing but `decode`: for tokenizers that bring none of their own.
///
/// It compares the text of the last tokens with and without the newest one, so that what a token looks like behind
/// others is seen, and holds text back while it ends in U+FFFD, which may be the beginning of a character.
struct WindowedStreamDecoder<Base: Tokenizer>: TokenStreamDecoder {
  /// Tokens whose text may be held back before it is given out as it is.
  private static var longestHeld: Int { 8 }

  private let tokenizer: Base
  private let skippingSpecialTokens: Bool
  /// Tokens already given out that the next ones are decoded behind, then the tokens held back.
  private var window: [TokenID] = []
  private var givenCount = 0

  init(tokenizer: Base, skippingSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    self.skippingSpecialTokens = skippingSpecialTokens
  }

  mutating func append(_ token: TokenID) -> String {
    window.append(token)
    let text = tokenizer.decode(window, skippingSpecialTokens: skippingSpecialTokens)
    let heldCount = window.count - givenCount
    if text.unicodeScalars.last == "\u{FFFD}", heldCount < Self.longestHeld { return "" }
    return give(text)
  }

  mutating func finish() -> String {
    guard givenCount < window.count else { return "" }
    return give(tokenizer.decode(window, skippingSpecialTokens: skippingSpecialTokens))
  }

  private mutating func give(_ text: String) -> String {
    let before = tokenizer.decode(
      Array(window[..<givenCount]), skippingSpecialTokens: skippingSpecialTokens)
    let piece = String(decoding: text.utf8.dropFirst(before.utf8.count), as: UTF8.self)
    // Tokens without text stay in the window only while something with text is yet to come behind them.
    if !piece.isEmpty || window.count >= Self.longestHeld {
      window.removeFirst(givenCount)
    }
    givenCount = window.count
    return piece
  }
}
