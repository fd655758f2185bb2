internal import JSON
import LanguageModeling

extension PipelineTokenizer {
  /// The largest file that is read. The vocabularies in use take below 40 MiB, and the values in memory many times that.
  private static let largestFile = 1 << 27

  /// Reads the `tokenizer.json` of Hugging Face's tokenizers.
  ///
  /// - Parameters:
  ///   - beginningOfSequence: the `bos_token` of `tokenizer_config.json`; else what the post-processor puts first.
  ///   - endOfSequence: the `eos_token` of `tokenizer_config.json`.
  ///   - addsBeginningOfSequence: the `add_bos_token` of `tokenizer_config.json`; else whether the post-processor puts
  ///     one first.
  public init(
    tokenizerJSON path: String, beginningOfSequence: String? = nil, endOfSequence: String? = nil,
    addsBeginningOfSequence: Bool? = nil
  ) throws(TokenizationError) {
    try self.init(
      tokenizerJSON: path,
      options: TokenizerJSONOptions(
        beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence,
        addsBeginningOfSequence: addsBeginningOfSequence))
  }

  /// The same from the file's bytes. `file` is the name that errors call it by.
  public init(
    tokenizerJSON bytes: [UInt8], file: String, beginningOfSequence: String? = nil,
    endOfSequence: String? = nil, addsBeginningOfSequence: Bool? = nil
  ) throws(TokenizationError) {
    try self.init(
      tokenizerJSON: bytes, file: file,
      options: TokenizerJSONOptions(
        beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence,
        addsBeginningOfSequence: addsBeginningOfSequence))
  }

  /// Reads a `tokenizer.json` with what the files beside it say.
  package init(
    tokenizerJSON path: String, options: TokenizerJSONOptions
  ) throws(TokenizationError) {
    let bytes = try TokenizationError.readingFile(path, limit: Self.largestFile)
    try self.init(tokenizerJSON: bytes, file: path, options: options)
  }

  /// The same from the file's bytes. `file` is the name that errors call it by.
  ///
  /// Read are: the models BPE and Unigram; the normalizers NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents,
  /// Replace, Prepend and Precompiled; the pre-tokenizers ByteLevel, Metaspace, Split, Digits, Punctuation, Whitespace,
  /// WhitespaceSplit and CharDelimiterSplit; the decoders ByteLevel, Metaspace, Replace, ByteFallback, Fuse and Strip;
  /// sequences of all these; the post-processors ByteLevel and TemplateProcessing. All else is an error that names it.
  /// `truncation` and `padding` are not applied, as transformers doesn't unless it is asked to.
  package init(
    tokenizerJSON bytes: [UInt8], file: String, options: TokenizerJSONOptions
  ) throws(TokenizationError) {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw .invalid(file: file, field: "JSON", reason: error.description)
    }
    let root = JSONField(value: document, path: "tokenizer", file: file)
    try root.checkKeys([
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
      "post_processor", "decoder", "model",
    ])
    var normalizer = try Normalizer(root.member("normalizer"))
    var preTokenizers = try PreTokenizer.steps(
      root.member("pre_tokenizer"), addsPrefixSpace: options.byteLevelAddsPrefixSpace)
    if let spaces = options.llamaSpaces {
      (normalizer, preTokenizers) = (spaces.normalizer, spaces.preTokenizers)
    }
    let vocabulary = try TokenizerJSONVocabulary(root, declarations: options.declarations)
    let model = try vocabulary.model(root.member("model"), preTokenizers: &preTokenizers)
    let decoder = try vocabulary.decoder(root.member("decoder"), spaces: options.llamaSpaces)
    try self.init(
      Parts(
        file: file, tokens: vocabulary.tokens, special: vocabulary.special,
        addedTokens: vocabulary.addedTokens, normalizer: normalizer, preTokenizers: preTokenizers,
        model: model, decoder: decoder),
      prefix: try Self.prefix(root.member("post_processor"), vocabulary, options))
  }

  private static func prefix(
    _ field: JSONField, _ vocabulary: TokenizerJSONVocabulary, _ options: TokenizerJSONOptions
  ) throws(TokenizationError) -> Prefix {
    func token(_ name: String?, _ key: String) throws(TokenizationError) -> TokenID? {
      guard let name else { return nil }
      guard let id = vocabulary.tokens.find(Array(name.utf8)) else {
        throw .invalid(
          file: field.file, field: key, reason: "\"\(name)\" is no token of the vocabulary")
      }
      return id
    }
    let named = try token(options.beginningOfSequence, "bos_token")
    let end = try token(options.endOfSequence, "eos_token")
    let processor = try PostProcessor(field)
    for id in processor.prefix + processor.suffix
    where !(0..<vocabulary.tokens.count).contains(Int(id)) {
      throw .invalid(
        file: field.file, field: "tokenizer.post_processor",
        reason: "id \(id) in a vocabulary of \(vocabulary.tokens.count) tokens")
    }
    // An end of sequence after a prompt is not followed, as `add_eos_token` isn't. Anything else there is asked for by
    // the model.
    if let end, let other = processor.suffix.first(where: { $0 != end }) {
      throw field.unsupported("the token \(other) after the text")
    }
    var prefix = Prefix(
      beginningOfSequence: processor.prefix.first ?? named, endOfSequence: end)
    switch options.addsBeginningOfSequence {
    case nil: prefix.tokens = processor.prefix
    case true?:
      prefix.tokens = processor.prefix.isEmpty ? named.map { [$0] } ?? [] : processor.prefix
    case false?: break
    }
    return prefix
  }
}

extension TokenizerJSONOptions.LlamaSpaces {
  private static let replacement = Array("\u{2581}".utf8)

  fileprivate var normalizer: Normalizer {
    guard isLegacy else { return Normalizer() }
    let replace = Normalizer.Step.replace(.literal([UInt8(ascii: " ")]), by: Self.replacement)
    return Normalizer(steps: addsPrefix ? [.prepend(Self.replacement), replace] : [replace])
  }

  fileprivate var preTokenizers: [PreTokenizer] {
    guard !isLegacy else { return [] }
    return [
      .metaspace(
        Metaspace(
          replacement: Self.replacement, prependScheme: addsPrefix ? .first : .never,
          splits: false))
    ]
  }

  var decoderSteps: [TokenDecoder.Step] {
    let space = [UInt8(ascii: " ")]
    let steps: [TokenDecoder.Step] = [
      .replace(.literal(Self.replacement), by: space), .byteFallback, .fuse,
    ]
    return addsPrefix ? steps + [.strip(content: space, start: 1, stop: 0)] : steps
  }
}
