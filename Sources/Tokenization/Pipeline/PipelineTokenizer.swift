public import LanguageModeling

/// A tokenizer as the steps of Hugging Face's tokenizers: added tokens are found, the text between them is normalised
/// and cut, a model encodes each part. BPE by bytes (GPT-2, Llama 3, Qwen) or by characters (Llama 2, Mistral, Gemma),
/// and unigram models.
///
/// The reference is Hugging Face's tokenizers (0.21), id for id; for a vocabulary out of a GGUF file, llama.cpp.
/// `decode(encode(text)) == text` as far as the file's own steps allow it: a normalizer composes or lowers, a vocabulary
/// may lack bytes (SmolLM2 lacks 21 control and never-used ones, which become its unknown token), a prefix space or an
/// added token that takes whitespace along leaves its mark.
public struct PipelineTokenizer: Tokenizer {
  let parts: Parts
  /// Added tokens that are looked for in the text as it is, and in the normalised text.
  private let addedTokens: AddedTokenSplitter
  private let normalizedAddedTokens: AddedTokenSplitter
  /// The token that a sequence begins with, if there is one.
  public let beginningOfSequence: TokenID?
  /// The token that ends a sequence, if there is one.
  public let endOfSequence: TokenID?
  /// Whether a prompt begins with ``beginningOfSequence``.
  public let addsBeginningOfSequence: Bool
  /// The tokens that a prompt begins with.
  public let promptPrefix: [TokenID]

  /// What a tokenizer is made of.
  struct Parts: Sendable {
    var file: String
    /// All tokens, spelled; an empty spelling is an id without a token.
    var tokens: ByteStringTable
    /// Which ids are control tokens.
    var special: [Bool]
    var addedTokens: [AddedToken]
    var addedTokenPriority = SpecialTokenMatcher.Priority.leftmost
    var normalizer = Normalizer()
    var preTokenizers: [PreTokenizer]
    var model: Model
    var decoder: TokenDecoder
  }

  /// What encodes the parts of a text.
  enum Model: Sendable {
    case bytePair(BytePairModel)
    case unigram(UnigramModel)
  }

  /// What stands before a prompt, as the files say.
  struct Prefix {
    var beginningOfSequence: TokenID?
    var endOfSequence: TokenID?
    /// The tokens before a prompt; none where none are added.
    var tokens: [TokenID] = []
  }

  init(_ parts: Parts, prefix: Prefix) throws(TokenizationError) {
    self.parts = parts
    var raw = AddedTokenSplitter(priority: parts.addedTokenPriority)
    var normalized = AddedTokenSplitter(priority: parts.addedTokenPriority)
    for var token in parts.addedTokens {
      guard token.isNormalized else {
        raw.insert(token)
        continue
      }
      token.content = try Self.limited(parts.file) { () throws(WorkLimit) in
        try parts.normalizer.normalized(token.content[...]).text
      }
      if !token.content.isEmpty { normalized.insert(token) }
    }
    addedTokens = raw
    normalizedAddedTokens = normalized
    beginningOfSequence = prefix.beginningOfSequence
    endOfSequence = prefix.endOfSequence
    promptPrefix = prefix.tokens
    addsBeginningOfSequence =
      prefix.beginningOfSequence != nil && prefix.tokens.first == prefix.beginningOfSequence
  }

  /// What encodes the parts of a text, in words.
  public var modelName: String {
    switch parts.model {
    case .bytePair(let model): model.isByteLevel ? "byte-level BPE" : "BPE"
    case .unigram: "unigram"
    }
  }

  /// The number of ids, those without a token included.
  public var vocabularyCount: Int { parts.tokens.count }

  /// The vocabulary's spelling of a token, or `nil` outside the vocabulary.
  public func piece(of token: TokenID) -> String? {
    guard (0..<parts.tokens.count).contains(Int(token)), !parts.tokens[Int(token)].isEmpty
    else { return nil }
    return String(decoding: parts.tokens[Int(token)], as: UTF8.self)
  }

  /// The token with that spelling, byte by byte, or `nil`.
  public func token(of piece: String) -> TokenID? {
    piece.isEmpty ? nil : parts.tokens.find(Array(piece.utf8))
  }

  /// Whether the token is a control token.
  public func isSpecial(_ token: TokenID) -> Bool {
    parts.special.indices.contains(Int(token)) && parts.special[Int(token)]
  }

  /// The ids of `text`, in O(n log n) time at most.
  public func encode(
    _ text: String, parsingSpecialTokens: Bool
  ) throws(TokenizationError) -> [TokenID] {
    let bytes = Array(text.utf8)
    return try Self.limited(parts.file) { () throws(WorkLimit) in
      try encode(bytes, parsingSpecialTokens)
    } orMissing: {
      .failed(
        file: parts.file,
        reason: "the vocabulary can't spell the text, and has no token for what is unknown")
    }
  }

  /// The ids of a text; `nil` where the model can't spell it.
  private func encode(
    _ bytes: [UInt8], _ parsingSpecialTokens: Bool
  ) throws(WorkLimit) -> [TokenID]? {
    var ids: [TokenID] = []
    ids.reserveCapacity(bytes.count / 3 + 1)
    let found = addedTokens.parts(
      of: bytes, in: 0..<bytes.count, parsingSpecialTokens: parsingSpecialTokens)
    for part in found {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        let isFirst = range.lowerBound == 0
        if parts.normalizer.isIdentity {
          guard try encode(bytes, range, isFirst, parsingSpecialTokens, into: &ids) else {
            return nil
          }
        } else {
          let normalized = try parts.normalizer.normalized(bytes[range])
          guard
            try encode(
              normalized.text, 0..<normalized.text.count, isFirst && normalized.keepsBeginning,
              parsingSpecialTokens, into: &ids)
          else { return nil }
        }
      }
    }
    return ids
  }

  /// Encodes a normalised stretch; false where the model can't spell it.
  private func encode(
    _ text: [UInt8], _ range: Range<Int>, _ beginsText: Bool, _ parsingSpecialTokens: Bool,
    into ids: inout [TokenID]
  ) throws(WorkLimit) -> Bool {
    let found = normalizedAddedTokens.parts(
      of: text, in: range, parsingSpecialTokens: parsingSpecialTokens)
    for part in found {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let stretch):
        var cut = PreTokenizedText(
          text, in: stretch, beginsText: beginsText && stretch.lowerBound == range.lowerBound)
        for step in parts.preTokenizers { try step.apply(to: &cut) }
        switch parts.model {
        case .bytePair(let model):
          for word in cut.parts { model.encode(word, of: cut.text, into: &ids) }
        case .unigram(let model):
          for word in cut.parts {
            guard model.encode(word, of: cut.text, into: &ids) else { return false }
          }
        }
      }
    }
    return true
  }

  /// Runs `body`, whose limit of steps becomes an error that says so.
  private static func limited<Value>(
    _ file: String, _ body: () throws(WorkLimit) -> Value
  ) throws(TokenizationError) -> Value {
    do {
      return try body()
    } catch {
      throw .failed(file: file, reason: error.reason)
    }
  }

  private static func limited<Value>(
    _ file: String, _ body: () throws(WorkLimit) -> Value?,
    orMissing error: () -> TokenizationError
  ) throws(TokenizationError) -> Value {
    guard let value = try limited(file, body) else { throw error() }
    return value
  }

  /// The text of `tokens`, in linear time; ids outside the vocabulary become nothing.
  public func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
    switch parts.decoder {
    case .byteLevel(let texts):
      var decoder = ByteLevelStreamDecoder(
        texts: texts, skippingSpecialTokens: skippingSpecialTokens)
      return decoder.decode(tokens)
    case .steps(let steps):
      var decoder = pipelineDecoder(steps, skippingSpecialTokens)
      return decoder.decode(tokens)
    }
  }

  /// A decoder that takes the ids one by one, in time linear in their bytes.
  public func makeStreamDecoder(skippingSpecialTokens: Bool) -> any TokenStreamDecoder {
    switch parts.decoder {
    case .byteLevel(let texts):
      ByteLevelStreamDecoder(texts: texts, skippingSpecialTokens: skippingSpecialTokens)
    case .steps(let steps): pipelineDecoder(steps, skippingSpecialTokens)
    }
  }

  /// The bytes that a token adds to a text when it stands after other text.
  public func bytes(of token: TokenID) -> [UInt8]? {
    guard !isSpecial(token) else { return nil }
    let bytes: [UInt8]
    switch parts.decoder {
    case .byteLevel(let texts): bytes = Array(texts.bytes(of: token))
    case .steps(let steps): bytes = pipelineDecoder(steps, true).bytes(of: token)
    }
    return bytes.isEmpty ? nil : bytes
  }

  private func pipelineDecoder(
    _ steps: [TokenDecoder.Step], _ skippingSpecialTokens: Bool
  ) -> PipelineStreamDecoder {
    PipelineStreamDecoder(
      steps: steps, vocabulary: parts.tokens, special: parts.special,
      skippingSpecialTokens: skippingSpecialTokens)
  }
}
