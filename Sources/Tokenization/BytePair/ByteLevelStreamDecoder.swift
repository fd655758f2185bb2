import LanguageModeling

/// Byte-level tokens to text: their bytes in a row, with one U+FFFD for each maximal subpart that is no UTF-8, as the
/// `ByteLevel` decoder of Hugging Face's tokenizers.
struct ByteLevelStreamDecoder: ByteStreamDecoder {
  private let texts: TokenTexts
  private let skippingSpecialTokens: Bool
  private var repair = UTF8Repair(.maximalSubpart)

  init(texts: TokenTexts, skippingSpecialTokens: Bool) {
    self.texts = texts
    self.skippingSpecialTokens = skippingSpecialTokens
  }

  mutating func append(_ token: TokenID, to text: inout [UInt8]) {
    if skippingSpecialTokens, texts.isSpecial(token) { return }
    for byte in texts.bytes(of: token) { repair.append(byte, to: &text) }
  }

  mutating func finish(into text: inout [UInt8]) { repair.finish(into: &text) }
}
