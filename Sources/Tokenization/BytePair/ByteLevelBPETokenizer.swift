public import LanguageModeling

/// Byte-level BPE: GPT-2, SmolLM, Llama 3, Qwen2.
///
/// The reference is Hugging Face's tokenizers (0.21), id for id. `decode(encode(text)) == text` for every text, unless
/// the vocabulary composes text (Qwen2: canonically equivalent then), lacks single bytes (SmolLM2 lacks 21 control
/// and never-used bytes, which become its unknown token), puts a space first, or has added tokens that take whitespace
/// along.
public struct ByteLevelBPETokenizer: Tokenizer {
  private let model: BytePairModel
  private let texts: TokenTexts
  private let preTokenization: PreTokenization
  /// Added tokens that are looked for in the text as it is, and in the normalised text.
  private let addedTokens: AddedTokenSplitter
  private let normalizedAddedTokens: AddedTokenSplitter
  /// The token that a sequence begins with, if there is one.
  public let beginningOfSequence: TokenID?
  /// The token that ends a sequence, if there is one.
  public let endOfSequence: TokenID?
  /// Whether a prompt begins with ``beginningOfSequence``.
  public let addsBeginningOfSequence: Bool

  init(
    model: BytePairModel, texts: TokenTexts, preTokenization: PreTokenization,
    addedTokens: [AddedToken], beginningOfSequence: TokenID?, endOfSequence: TokenID?,
    addsBeginningOfSequence: Bool
  ) {
    self.model = model
    self.texts = texts
    self.preTokenization = preTokenization
    var (raw, normalized) = (AddedTokenSplitter(), AddedTokenSplitter())
    for var token in addedTokens {
      if token.isNormalized, preTokenization.composes {
        token.content = CanonicalComposition.composed(token.content[...])
      }
      if token.isNormalized { normalized.insert(token) } else { raw.insert(token) }
    }
    self.addedTokens = raw
    normalizedAddedTokens = normalized
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.addsBeginningOfSequence = addsBeginningOfSequence && beginningOfSequence != nil
  }

  /// The number of ids, those without a token included.
  public var vocabularyCount: Int { model.tokens.count }

  /// The vocabulary's spelling of a token, or `nil` outside the vocabulary.
  public func piece(of token: TokenID) -> String? {
    guard (0..<model.tokens.count).contains(Int(token)), !model.tokens[Int(token)].isEmpty
    else { return nil }
    return String(decoding: model.tokens[Int(token)], as: UTF8.self)
  }

  /// The token with that spelling, byte by byte, or `nil`.
  public func token(of piece: String) -> TokenID? {
    piece.isEmpty ? nil : model.tokens.find(Array(piece.utf8))
  }

  /// Whether the token is a control token.
  public func isSpecial(_ token: TokenID) -> Bool { texts.isSpecial(token) }

  /// The ids of `text`, in O(n log n) time at most.
  public func encode(
    _ text: String, parsingSpecialTokens: Bool
  ) throws(TokenizationError) -> [TokenID] {
    let bytes = Array(text.utf8)
    var ids: [TokenID] = []
    ids.reserveCapacity(bytes.count / 3 + 1)
    let parts = addedTokens.parts(
      of: bytes, in: 0..<bytes.count, parsingSpecialTokens: parsingSpecialTokens)
    for part in parts {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        if preTokenization.composes {
          let composed = CanonicalComposition.composed(bytes[range])
          encode(composed, 0..<composed.count, parsingSpecialTokens, into: &ids)
        } else {
          encode(bytes, range, parsingSpecialTokens, into: &ids)
        }
      }
    }
    return ids
  }

  /// Encodes normalised text.
  private func encode(
    _ text: [UInt8], _ range: Range<Int>, _ parsingSpecialTokens: Bool, into ids: inout [TokenID]
  ) {
    let parts = normalizedAddedTokens.parts(
      of: text, in: range, parsingSpecialTokens: parsingSpecialTokens)
    for part in parts {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        if preTokenization.addsPrefixSpace, text[range.lowerBound] != UInt8(ascii: " ") {
          let prefixed = [UInt8(ascii: " ")] + text[range]
          encodeWords(prefixed, 0..<prefixed.count, into: &ids)
        } else {
          encodeWords(text, range, into: &ids)
        }
      }
    }
  }

  private func encodeWords(_ text: [UInt8], _ range: Range<Int>, into ids: inout [TokenID]) {
    for word in preTokenization.parts(of: text, in: range) {
      model.encode(word, of: text, into: &ids)
    }
  }

  /// The text of `tokens`, in linear time; ids outside the vocabulary become nothing.
  public func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
    var decoder = ByteLevelStreamDecoder(
      texts: texts, skippingSpecialTokens: skippingSpecialTokens)
    return decoder.decode(tokens)
  }

  /// A decoder that takes the ids one by one, in time linear in their bytes.
  public func makeStreamDecoder(skippingSpecialTokens: Bool) -> any TokenStreamDecoder {
    ByteLevelStreamDecoder(texts: texts, skippingSpecialTokens: skippingSpecialTokens)
  }
}
