public import LanguageModeling
import Synchronization

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
/// SentencePiece's space, or the prefix comes again after a special token.
public struct SentencePieceTokenizer: Tokenizer {
  let model: SentencePieceModelProto
  package let library: SentencePieceLibrary
  private let continuation: Continuation
  private let prefix: DummyPrefix
  /// All tokens: the pieces, and those that other files add.
  private let tokens: ByteStringTable
  /// Which ids are control tokens.
  private let special: [Bool]
  private let addedTokens: AddedTokenSplitter
  private let file: String
  /// The token that a sequence begins with, if there is one.
  public let beginningOfSequence: TokenID?
  /// The token that ends a sequence, if there is one.
  public let endOfSequence: TokenID?
  /// Whether a prompt begins with ``beginningOfSequence``.
  public let addsBeginningOfSequence: Bool

  /// Reads a `tokenizer.model` file.
  public init(path: String, addsBeginningOfSequence: Bool = true) throws(TokenizationError) {
    try self.init(
      path: path, options: SentencePieceOptions(addsBeginningOfSequence: addsBeginningOfSequence))
  }

  /// Reads a `tokenizer.model` file with what the files beside it say.
  package init(path: String, options: SentencePieceOptions) throws(TokenizationError) {
    let bytes = try TokenizationError.readingFile(path, limit: SentencePieceModelProto.largestFile)
    try self.init(bytes: bytes, file: path, options: options)
  }

  /// - Parameters:
  ///   - bytes: a serialised `sentencepiece.ModelProto`.
  ///   - file: the name that errors call it by.
  ///   - addsBeginningOfSequence: whether a prompt begins with ``beginningOfSequence``.
  public init(
    bytes: [UInt8], file: String, addsBeginningOfSequence: Bool = true
  ) throws(TokenizationError) {
    try self.init(
      bytes: bytes, file: file,
      options: SentencePieceOptions(addsBeginningOfSequence: addsBeginningOfSequence))
  }

  /// The same with what the files beside it say.
  package init(
    bytes: [UInt8], file: String, options: SentencePieceOptions
  ) throws(TokenizationError) {
    let model = try SentencePieceModelProto(reading: bytes, file: file)
    try self.init(model, file: file, options: options)
  }

  /// - Parameter file: the name that errors call the vocabulary by.
  public init(vocabulary: SentencePieceVocabulary, file: String) throws(TokenizationError) {
    try self.init(vocabulary: vocabulary, file: file, options: SentencePieceOptions())
  }

  /// The same with options, of which ``SentencePieceOptions/addsBeginningOfSequence`` is the vocabulary's.
  package init(
    vocabulary: SentencePieceVocabulary, file: String, options: SentencePieceOptions
  ) throws(TokenizationError) {
    let model = try SentencePieceModelProto(vocabulary, file: file)
    var options = options
    options.addsBeginningOfSequence = vocabulary.addsBeginningOfSequence
    try self.init(
      model, file: file, options: options, beginningOfSequence: vocabulary.beginningOfSequence,
      endOfSequence: vocabulary.endOfSequence)
  }

  private init(
    _ model: SentencePieceModelProto, file: String, options: SentencePieceOptions,
    beginningOfSequence: TokenID? = nil, endOfSequence: TokenID? = nil
  ) throws(TokenizationError) {
    var model = model
    if let addsPrefix = options.addsPrefix { model.addsDummyPrefix = addsPrefix }
    self.model = model
    self.file = file
    let hidesUserDefined = options.userDefinedTokens == .inTextLongestFirst
    library = try SentencePieceLibrary(
      proto: model.serialized(
        addingDummyPrefix: model.addsDummyPrefix, hidingUserDefined: hidesUserDefined),
      file: file)
    continuation = Continuation(hidingUserDefined: hidesUserDefined)
    prefix = model.addsDummyPrefix ? options.prefix : .never

    var declared = DeclaredVocabulary(
      model.pieces,
      addedTokens: Self.tokensFoundInText(model, options))
    if let declarations = options.declarations { try declared.declare(declarations) }
    tokens = declared.tokens
    var special = [Bool](repeating: false, count: tokens.count)
    for (id, type) in model.types.enumerated() { special[id] = type == .control }
    var splitter = AddedTokenSplitter(priority: hidesUserDefined ? .longest : .leftmost)
    for token in declared.addedTokens {
      splitter.insert(token)
      let type = model.types.indices.contains(Int(token.id)) ? model.types[Int(token.id)] : nil
      // An unknown piece is a special token where a file says so; by itself it has a text.
      special[Int(token.id)] =
        token.isSpecial && (type != .unknown || token.isDeclared) || type == .control
    }
    self.special = special
    addedTokens = splitter

    func id(_ text: String?, _ field: String) throws(TokenizationError) -> TokenID? {
      guard let text else { return nil }
      guard let id = declared.tokens.find(Array(text.utf8)) else {
        throw .invalid(
          file: file, field: field, reason: "“\(text)” is no token of the vocabulary")
      }
      return id
    }
    self.beginningOfSequence =
      try id(options.beginningOfSequence, "bos_token") ?? beginningOfSequence
      ?? library.beginningOfSequence
    self.endOfSequence =
      try id(options.endOfSequence, "eos_token") ?? endOfSequence ?? library.endOfSequence
    addsBeginningOfSequence = options.addsBeginningOfSequence && self.beginningOfSequence != nil
  }

  /// The pieces that are looked for in text before the library sees it.
  private static func tokensFoundInText(
    _ model: SentencePieceModelProto, _ options: SentencePieceOptions
  ) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for (id, type) in model.types.enumerated() {
      let isSpecial = type == .control || type == .unknown
      guard isSpecial || options.userDefinedTokens != .inNormalizedText && type == .userDefined
      else {
        continue
      }
      tokens.append(
        AddedToken(
          id: TokenID(id), content: Array(model.pieces[id]), isSpecial: isSpecial,
          stripsRight: options.stripsRight && AddedToken.isStrippedInPhi3(model.pieces[id])))
    }
    return tokens
  }

  /// The number of ids, those without a token included.
  public var vocabularyCount: Int { tokens.count }

  /// SentencePiece's compiled normalisation rules.
  package var charsmap: [UInt8] { model.precompiledCharsmap }

  /// The vocabulary's spelling of a token, or `nil` outside the vocabulary.
  public func piece(of token: TokenID) -> String? {
    guard (0..<tokens.count).contains(Int(token)), !tokens[Int(token)].isEmpty else { return nil }
    return String(decoding: tokens[Int(token)], as: UTF8.self)
  }

  /// The token with that spelling, byte by byte, or `nil`.
  public func token(of piece: String) -> TokenID? {
    piece.isEmpty ? nil : tokens.find(Array(piece.utf8))
  }

  /// Whether the token is a control token.
  public func isSpecial(_ token: TokenID) -> Bool {
    special.indices.contains(Int(token)) && special[Int(token)]
  }

  /// The text of `tokens`, in linear time; ids outside the vocabulary become nothing.
  public func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
    var decoder = streamDecoder(skippingSpecialTokens)
    return decoder.decode(tokens)
  }

  /// A decoder that takes the ids one by one, in time linear in their bytes.
  public func makeStreamDecoder(skippingSpecialTokens: Bool) -> any TokenStreamDecoder {
    streamDecoder(skippingSpecialTokens)
  }

  /// The bytes that a token adds to a text when it stands after other text.
  public func bytes(of token: TokenID) -> [UInt8]? {
    streamDecoder(true).bytes(of: token)
  }

  private func streamDecoder(_ skippingSpecialTokens: Bool) -> SentencePieceStreamDecoder {
    SentencePieceStreamDecoder(
      model: model, tokens: tokens, special: special, skippingSpecialTokens: skippingSpecialTokens)
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
    var ids: [TokenID] = []
    let parts = addedTokens.parts(
      of: bytes, in: 0..<bytes.count, parsingSpecialTokens: parsingSpecialTokens)
    for part in parts {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        ids += try encoder(of: bytes, at: range.lowerBound).encode(bytes[range])
      }
    }
    return ids
  }

  private func encoder(
    of text: [UInt8], at start: Int
  ) throws(TokenizationError) -> SentencePieceLibrary {
    guard model.addsDummyPrefix, !prefix.applies(to: text, at: start) else { return library }
    return try continuation.library(for: model, file: file)
  }

  /// The same vocabulary without the dummy prefix, for what stands after a special token; loaded when first needed.
  private final class Continuation: Sendable {
    private let hidesUserDefined: Bool
    private let loaded = Mutex<SentencePieceLibrary?>(nil)

    init(hidingUserDefined: Bool) { hidesUserDefined = hidingUserDefined }

    func library(
      for model: SentencePieceModelProto, file: String
    ) throws(TokenizationError) -> SentencePieceLibrary {
      try loaded.withLock { (loaded) throws(TokenizationError) in
        if let loaded { return loaded }
        let library = try SentencePieceLibrary(
          proto: model.serialized(
            addingDummyPrefix: false, hidingUserDefined: hidesUserDefined),
          file: file)
        loaded = library
        return library
      }
    }
  }
}
