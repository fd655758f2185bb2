import LanguageModeling

/// A stream decoder over nothing but `decode`: for tokenizers that bring none of their own.
///
/// It decodes the last tokens together, so that what a token looks like after others is seen, and holds back up to
/// three U+FFFD at the end, which may be the beginning of a character.
struct WindowedStreamDecoder<Base: Tokenizer>: TokenStreamDecoder {
  /// A window of this length is cut down to its last ``context`` tokens.
  private static var longestWindow: Int { 16 }
  private static var context: Int { 8 }

  private let tokenizer: Base
  private let skippingSpecialTokens: Bool
  private var window: [TokenID] = []
  /// The bytes of the window's text that have been given out.
  private var givenCount = 0

  init(tokenizer: Base, skippingSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    self.skippingSpecialTokens = skippingSpecialTokens
  }

  mutating func append(_ token: TokenID) -> String {
    window.append(token)
    let text = self.text
    var certain = text.unicodeScalars[...]
    for _ in 0..<3 where certain.last == "\u{FFFD}" { certain.removeLast() }
    let end = String(certain).utf8.count
    let piece = give(text, upTo: end)
    if window.count >= Self.longestWindow {
      window.removeFirst(window.count - Self.context)
      givenCount = max(0, self.text.utf8.count - (text.utf8.count - givenCount))
    }
    return piece
  }

  mutating func finish() -> String {
    let text = self.text
    return give(text, upTo: text.utf8.count)
  }

  private var text: String {
    tokenizer.decode(window, skippingSpecialTokens: skippingSpecialTokens)
  }

  private mutating func give(_ text: String, upTo end: Int) -> String {
    guard end > givenCount else { return "" }
    defer { givenCount = end }
    return String(decoding: text.utf8.prefix(end).dropFirst(givenCount), as: UTF8.self)
  }
}
