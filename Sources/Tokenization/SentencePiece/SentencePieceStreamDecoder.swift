import LanguageModeling

/// libsentencepiece's `Decode` (0.1.97), token by token.
///
/// Control pieces have no text. U+2581 is a space. If the vocabulary adds a dummy prefix or removes extra whitespace,
/// one space at the beginning of the text is dropped; if it removes extra whitespace, all pieces' leading one until
/// there is text. A run of byte pieces is read as UTF-8, with one U+FFFD for each byte that is none.
///
/// Where special tokens are not skipped, which the library doesn't offer, a control piece is text as it is spelled.
struct SentencePieceStreamDecoder: ByteStreamDecoder {
  private let model: SentencePieceModelProto
  /// All tokens: the pieces, and those that other files add, which are text as they are spelled.
  private let tokens: ByteStringTable
  private let special: [Bool]
  private let skippingSpecialTokens: Bool
  private var bytes = UTF8Repair(.eachByte)
  private var dropsSpace: Bool
  private var spaceDropped = false
  private var hasText = false

  init(
    model: SentencePieceModelProto, tokens: ByteStringTable, special: [Bool],
    skippingSpecialTokens: Bool
  ) {
    self.model = model
    self.tokens = tokens
    self.special = special
    self.skippingSpecialTokens = skippingSpecialTokens
    dropsSpace = model.addsDummyPrefix || model.removesExtraWhitespaces
  }

  mutating func append(_ token: TokenID, to text: inout [UInt8]) {
    guard (0..<tokens.count).contains(Int(token)) else { return }
    let piece = tokens[Int(token)]
    let isSpecial = special[Int(token)]
    let type = Int(token) < model.types.count ? model.types[Int(token)] : nil
    if type == .byte, !isSpecial {
      hasText = true
      if let byte = SentencePieceModelProto.byte(of: piece) { bytes.append(byte, to: &text) }
      return
    }
    bytes.finish(into: &text)
    if spaceDropped || hasText { dropsSpace = false }
    spaceDropped = false
    let start = text.count
    switch type {
    case _ where isSpecial: if !skippingSpecialTokens { text += piece }
    case .unknown?: text += model.unknownSurface
    case nil: text += piece
    default: appendSurface(of: piece, to: &text)
    }
    if text.count > start { hasText = true }
  }

  /// The bytes that a token adds after other text; `nil` for none.
  func bytes(of token: TokenID) -> [UInt8]? {
    guard (0..<tokens.count).contains(Int(token)), !special[Int(token)] else { return nil }
    let piece = tokens[Int(token)]
    var text: [UInt8] = []
    switch Int(token) < model.types.count ? model.types[Int(token)] : nil {
    case .byte?:
      if let byte = SentencePieceModelProto.byte(of: piece) { text = [byte] }
    case .unknown?: text = model.unknownSurface
    case nil: text += piece
    default:
      var after = self
      after.dropsSpace = false
      after.appendSurface(of: piece, to: &text)
    }
    return text.isEmpty ? nil : text
  }

  mutating func finish(into text: inout [UInt8]) { bytes.finish(into: &text) }

  private mutating func appendSurface(of piece: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var rest = piece
    if dropsSpace, Self.beginsWithSpace(rest) {
      rest = rest.dropFirst(3)
      spaceDropped = !model.removesExtraWhitespaces
    }
    while let first = rest.first {
      if Self.beginsWithSpace(rest) {
        text.append(UInt8(ascii: " "))
        rest = rest.dropFirst(3)
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
  }

  /// Whether U+2581 is the first character.
  private static func beginsWithSpace(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count >= 3 && bytes[bytes.startIndex] == 0xE2 && bytes[bytes.startIndex + 1] == 0x96
      && bytes[bytes.startIndex + 2] == 0x81
  }
}
