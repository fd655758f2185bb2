public import LanguageModeling
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// SentencePiece, through libsentencepiece: unigram and BPE, byte fallback, control and user-defined pieces, dummy
/// prefix and normalisers, whatever the library does.
///
/// **Special tokens in text.** The library never reads a control piece out of text. With `parsingSpecialTokens`, text is
/// split at control and unknown pieces that are written out (leftmost, then longest), and the fragments between them
/// are encoded by the library one by one. Only a fragment at the very beginning of the text gets the dummy prefix:
/// `<s>Hello` is `<s>`, `Hello` and not `<s>`, `▁Hello`. That is `LlamaTokenizer` with `legacy=False`
/// (transformers 4.51.3, `models/llama/tokenization_llama.py`), and its fast tokenizer's `prepend_scheme="first"`;
/// llama.cpp puts the prefix after every special token. Where a vocabulary removes extra whitespace, that happens in
/// each fragment. User-defined pieces are found by the library itself, parsing or not.
///
/// **Round trip.** `decode(encode(text)) == text` for vocabularies with the identity normaliser, byte fallback and no
/// removal of extra whitespace, as Llama's and Mistral's are, unless the text holds U+2581 `▁`, which is
/// SentencePiece's space.
public struct SentencePieceTokenizer: Tokenizer {
  let model: SentencePieceModelProto
  package let library: SentencePieceLibrary
  private let continuation: Continuation
  private let specialTokens: SpecialTokenMatcher
  private let file: String
  /// The token that a sequence begins with, if there is one.
  public let beginningOfSequence: TokenID?
  /// The token that ends a sequence, if there is one.
  public let endOfSequence: TokenID?
  /// Whether a prompt begins with ``beginningOfSequence``.
  public let addsBeginningOfSequence: Bool

  /// Reads a `tokenizer.model` file.
  public init(path: String, addsBeginningOfSequence: Bool = true) throws(TokenizationError) {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .failed(file: path, reason: "can't be read: \(error)")
    }
    try self.init(bytes: bytes, file: path, addsBeginningOfSequence: addsBeginningOfSequence)
  }

  /// - Parameters:
  ///   - bytes: a serialised `sentencepiece.ModelProto`.
  ///   - file: the name that errors call it by.
  ///   - addsBeginningOfSequence: whether a prompt begins with ``beginningOfSequence``.
  public init(
    bytes: [UInt8], file: String, addsBeginningOfSequence: Bool = true
  ) throws(TokenizationError) {
    let model = try SentencePieceModelProto(reading: bytes, file: file)
    try self.init(model, file: file, addsBeginningOfSequence: addsBeginningOfSequence)
  }

  /// - Parameter file: the name that errors call the vocabulary by.
  public init(vocabulary: SentencePieceVocabulary, file: String) throws(TokenizationError) {
    let model = try SentencePieceModelProto(vocabulary, file: file)
    try self.init(
      model, file: file, addsBeginningOfSequence: vocabulary.addsBeginningOfSequence,
      beginningOfSequence: vocabulary.beginningOfSequence, endOfSequence: vocabulary.endOfSequence)
  }

  private init(
    _ model: SentencePieceModelProto, file: String, addsBeginningOfSequence: Bool,
    beginningOfSequence: TokenID? = nil, endOfSequence: TokenID? = nil
  ) throws(TokenizationError) {
    self.model = model
    self.file = file
    library = try SentencePieceLibrary(
      proto: model.serialized(addingDummyPrefix: model.addsDummyPrefix), file: file)
    self.beginningOfSequence = beginningOfSequence ?? library.beginningOfSequence
    self.endOfSequence = endOfSequence ?? library.endOfSequence
    self.addsBeginningOfSequence = addsBeginningOfSequence && self.beginningOfSequence != nil
    continuation = Continuation()
    var matcher = SpecialTokenMatcher()
    for (id, type) in model.types.enumerated() where type == .control || type == .unknown {
      matcher.insert(model.pieces[id], token: TokenID(id))
    }
    specialTokens = matcher
  }

  /// The number of ids, those without a token included.
  public var vocabularyCount: Int { model.types.count }

  /// SentencePiece's compiled normalisation rules.
  package var charsmap: [UInt8] { model.precompiledCharsmap }

  /// The vocabulary's spelling of a token, or `nil` outside the vocabulary.
  public func piece(of token: TokenID) -> String? {
    guard holds(token) else { return nil }
    return String(decoding: model.pieces[Int(token)], as: UTF8.self)
  }

  /// The token with that spelling, byte by byte, or `nil`.
  public func token(of piece: String) -> TokenID? { model.pieces.find(Array(piece.utf8)) }

  /// Whether the token is a control token.
  public func isSpecial(_ token: TokenID) -> Bool {
    holds(token) && model.types[Int(token)] == .control
  }

  /// The text of `tokens`, in linear time; ids outside the vocabulary become nothing.
  public func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
    var decoder = SentencePieceStreamDecoder(
      model: model, skippingSpecialTokens: skippingSpecialTokens)
    return decoder.decode(tokens)
  }

  /// A decoder that takes the ids one by one, in time linear in their bytes.
  public func makeStreamDecoder(skippingSpecialTokens: Bool) -> any TokenStreamDecoder {
    SentencePieceStreamDecoder(model: model, skippingSpecialTokens: skippingSpecialTokens)
  }

  /// The ids of `text`, in O(n log n) time at most.
  public func encode(
    _ text: String, parsingSpecialTokens: Bool
  ) throws(TokenizationError) -> [TokenID] {
    let bytes = Array(text.utf8)
    // The library counts bytes of normalised text in 32 bits.
    let (greatest, overflow) = bytes.count.multipliedReportingOverflow(by: model.greatestExpansion)
    guard !overflow, greatest < Int(Int32.max) - 1024 else {
      throw .failed(
        file: file, reason: "a text of \(bytes.count) bytes is too long to be encoded at once")
    }
    guard parsingSpecialTokens else { return try library.encode(bytes[...]) }
    var tokens: [TokenID] = []
    var position = 0
    while position < bytes.count {
      let match = specialTokens.next(in: bytes, from: position, to: bytes.count)
      let end = match?.range.lowerBound ?? bytes.count
      if position < end {
        tokens += try encoder(at: position).encode(bytes[position..<end])
      }
      if let match { tokens.append(match.token) }
      position = match?.range.upperBound ?? bytes.count
    }
    return tokens
  }

  private func holds(_ token: TokenID) -> Bool { model.types.indices.contains(Int(token)) }

  private func encoder(at position: Int) throws(TokenizationError) -> SentencePieceLibrary {
    guard position > 0, model.addsDummyPrefix else { return library }
    return try continuation.library(for: model, file: file)
  }

  /// The same vocabulary without the dummy prefix, for what stands after a special token; loaded when first needed.
  private final class Continuation: Sendable {
    private let loaded = Mutex<SentencePieceLibrary?>(nil)

    func library(
      for model: SentencePieceModelProto, file: String
    ) throws(TokenizationError) -> SentencePieceLibrary {
      try loaded.withLock { (loaded) throws(TokenizationError) in
        if let loaded { return loaded }
        let library = try SentencePieceLibrary(
          proto: model.serialized(addingDummyPrefix: false), file: file)
        loaded = library
        return library
      }
    }
  }
}
