public import LanguageModeling

/// Text to token ids and back. Immutable, shared by any number of threads.
///
/// Encoding adds nothing of its own:
/// ``Tokenizer/encodePrompt(_:addingBeginningOfSequence:parsingSpecialTokens:)`` is what a model is fed.
public protocol Tokenizer: Sendable {
  /// The number of ids, unused ones included.
  var vocabularyCount: Int { get }

  /// The token that a sequence begins with, where the vocabulary has one.
  var beginningOfSequence: TokenID? { get }

  /// The vocabulary's own end-of-sequence token. What ends a generation is the model files' say, not this alone.
  var endOfSequence: TokenID? { get }

  /// Whether the files say that a prompt begins with ``beginningOfSequence``.
  var addsBeginningOfSequence: Bool { get }

  /// The tokens that a prompt begins with, as the files say: none, ``beginningOfSequence``, or several (GLM-4's
  /// `[gMASK]<sop>`).
  ///
  /// The default is ``beginningOfSequence`` where ``addsBeginningOfSequence``.
  var promptPrefix: [TokenID] { get }

  /// The ids of `text`.
  ///
  /// - Parameter parsingSpecialTokens: whether special tokens that are written out in the text (`<|im_end|>`) become
  ///   their ids, as the reference tokenizers do, or are read as plain text.
  func encode(_ text: String, parsingSpecialTokens: Bool) throws(TokenizationError) -> [TokenID]

  /// The text of `tokens`. Bytes that are no UTF-8 become U+FFFD; ids outside the vocabulary become nothing.
  func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String

  /// A decoder that takes the ids one by one: its pieces, joined, are ``decode(_:skippingSpecialTokens:)`` of them all.
  ///
  /// The default decodes a short window of the last tokens anew for each token. It suits tokenizers whose text grows at
  /// the end alone as ids are appended.
  func makeStreamDecoder(skippingSpecialTokens: Bool) -> any TokenStreamDecoder

  /// The bytes that a token adds to a text when it stands after other text, before what is no UTF-8 becomes U+FFFD: a
  /// space for `▁`, one byte for `<0x0A>`. `nil` for a token without text, such as a control token.
  ///
  /// The default is what ``decode(_:skippingSpecialTokens:)`` makes of the token alone.
  func bytes(of token: TokenID) -> [UInt8]?

  /// The vocabulary's spelling of a token (`Ġthe`, `▁the`, `<0x0A>`), or `nil` outside the vocabulary.
  func piece(of token: TokenID) -> String?

  /// The token with that spelling, or `nil`. Spellings are compared byte by byte, not by canonical equivalence.
  func token(of piece: String) -> TokenID?

  /// Whether the token is a control token: no text of its own (`<s>`, `<|im_end|>`).
  func isSpecial(_ token: TokenID) -> Bool
}

extension Tokenizer {
  /// The ids that a model is fed for `text`: with the tokens before it that the files ask for.
  ///
  /// - Parameter addingBeginningOfSequence: overrides what the files say.
  public func encodePrompt(
    _ text: String, addingBeginningOfSequence: Bool? = nil, parsingSpecialTokens: Bool = true
  ) throws(TokenizationError) -> [TokenID] {
    let tokens = try encode(text, parsingSpecialTokens: parsingSpecialTokens)
    switch addingBeginningOfSequence {
    case nil: return promptPrefix + tokens
    case false?: return tokens
    case true?:
      let prefix = promptPrefix
      return (prefix.isEmpty ? beginningOfSequence.map { [$0] } ?? [] : prefix) + tokens
    }
  }

  /// What ``decode(_:skippingSpecialTokens:)`` makes of the token alone.
  public func bytes(of token: TokenID) -> [UInt8]? {
    guard !isSpecial(token) else { return nil }
    let text = decode([token], skippingSpecialTokens: true)
    return text.isEmpty ? nil : Array(text.utf8)
  }

  /// ``beginningOfSequence`` where ``addsBeginningOfSequence``.
  public var promptPrefix: [TokenID] {
    guard addsBeginningOfSequence, let beginningOfSequence else { return [] }
    return [beginningOfSequence]
  }

  /// A decoder that takes the ids one by one, in time linear in their bytes.
  public func makeStreamDecoder(skippingSpecialTokens: Bool) -> any TokenStreamDecoder {
    WindowedStreamDecoder(tokenizer: self, skippingSpecialTokens: skippingSpecialTokens)
  }
}
