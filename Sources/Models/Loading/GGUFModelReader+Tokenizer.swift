internal import Checkpoints
internal import LanguageModeling
internal import Tokenization

extension GGUFModelReader {
  /// The vocabulary. Where a key is absent, llama.cpp's default for the kind of vocabulary holds.
  func tokenizer() throws(LoadError) -> any Tokenizer {
    let kind = try string("model")
    switch kind {
    case "gpt2": return try bytePairTokenizer()
    case "llama": return try sentencePieceTokenizer(.bytePair)
    case "t5": return try sentencePieceTokenizer(.unigram)
    case let other?:
      throw .unsupported(
        file: file.path, field: "“tokenizer.ggml.model”",
        what: "a vocabulary of kind “\(other)”\(Self.remark(other)) (gpt2, llama and t5 are)")
    case nil:
      throw .invalid(
        file: file.path, field: "“tokenizer.ggml.model”",
        reason: "is missing: the file holds no vocabulary")
    }
  }

  private static func remark(_ kind: String) -> String {
    switch kind {
    case "bert": ", WordPiece,"
    case "rwkv": ", RWKV's,"
    case "no_vocab", "none": ", a file without one,"
    default: ""
    }
  }

  private func bytePairTokenizer() throws(LoadError) -> any Tokenizer {
    let tokens = try bytes("tokenizer.ggml.tokens")
    let merges = try bytes("tokenizer.ggml.merges")
    let types = try types(count: tokens.count)
    // llama.cpp's defaults are GPT-2's end of text, which only the pre-tokenizers that put it first would need.
    let beginning = try token("bos_token_id", count: tokens.count)
    let end = try token("eos_token_id", count: tokens.count)
    let unknown = try token("unknown_token_id", count: tokens.count)
    let (preTokenizer, addsBeginning) = (try string("pre") ?? "default", try bool("add_bos_token"))
    let stripsRight = try isPhi3()
    // All of it was copied.
    file.releaseMemory()
    return try LoadError.wrapping { () throws(TokenizationError) in
      try PipelineTokenizer(
        tokens: tokens, merges: merges, types: types, preTokenizer: preTokenizer,
        beginningOfSequence: beginning, endOfSequence: end, unknown: unknown,
        addsBeginningOfSequence: addsBeginning, stripsRight: stripsRight, file: file.path)
    }
  }

  private func sentencePieceTokenizer(
    _ segmentation: SentencePieceVocabulary.Segmentation
  ) throws(LoadError) -> any Tokenizer {
    let pieces = try pieces()
    let count = pieces.count
    let isLlama = segmentation == .bytePair
    let addsBeginning = try bool("add_bos_token") ?? isLlama
    let vocabulary = SentencePieceVocabulary(
      pieces: pieces, scores: try scores(count: count),
      types: try types(of: pieces, unknown: isLlama ? 0 : 2), segmentation: segmentation,
      addsDummyPrefix: try bool("add_space_prefix") ?? isLlama,
      removesExtraWhitespaces: try bool("remove_extra_whitespaces") ?? false,
      precompiledCharsmap: try charsmap(),
      beginningOfSequence: try token("bos_token_id", count: count)
        ?? (isLlama ? defaultToken(1, count: count) : nil),
      endOfSequence: try token("eos_token_id", count: count)
        ?? defaultToken(isLlama ? 2 : 1, count: count),
      unknown: try token("unknown_token_id", count: count)
        ?? defaultToken(isLlama ? 0 : 2, count: count),
      addsBeginningOfSequence: addsBeginning)
    let options = SentencePieceOptions(
      prefix: .always, userDefinedTokens: .inTextLongestFirst,
      stripsRight: try isPhi3())
    return try LoadError.wrapping { () throws(TokenizationError) in
      try SentencePieceTokenizer(vocabulary: vocabulary, file: file.path, options: options)
    }
  }

  /// The id that llama.cpp takes where a file names none.
  private func defaultToken(_ id: TokenID, count: Int) -> TokenID? { id < count ? id : nil }

  /// The pieces; an empty one gets a name of its own, as in llama.cpp.
  private func pieces() throws(LoadError) -> [String] {
    var pieces = try metadata { data throws(CheckpointError) in
      try data.strings("tokenizer.ggml.tokens")
    }
    var strings = ByteStrings(minimumCapacity: pieces.count)
    for index in pieces.indices {
      if pieces[index].isEmpty { pieces[index] = "[EMPTY_\(index)]" }
      strings.append(pieces[index].utf8)
    }
    // Two ids of one spelling: llama.cpp ends at such a file, and which is meant nobody knows.
    if let (first, second, spelling) = strings.firstDuplicate() {
      throw .invalid(
        file: file.path, field: "“tokenizer.ggml.tokens”",
        reason: "“\(spelling)” stands there twice, with the ids \(first) and \(second)")
    }
    return pieces
  }

  /// The scores of the pieces; zeros where the file has none.
  private func scores(count: Int) throws(LoadError) -> [Float] {
    let key = "tokenizer.ggml.scores"
    let scores = try metadata { data throws(CheckpointError) in try data.floatsIfPresent(key) }
    guard let scores else { return [Float](repeating: 0, count: count) }
    guard scores.count == count else {
      throw .invalid(
        file: file.path, field: "“\(key)”", reason: "\(scores.count) scores for \(count) tokens")
    }
    return scores
  }

  /// The types of the pieces. Where the file has none, llama.cpp takes all for ordinary and finds the bytes and the
  /// unknown piece by themselves.
  private func types(of pieces: [String], unknown: TokenID) throws(LoadError) -> [TokenType] {
    let types = try types(count: pieces.count)
    guard types.isEmpty else { return types }
    let isByte = pieces.map { SentencePieceVocabulary.isByte($0) }
    guard isByte.filter({ $0 }).count == 256 else {
      return [TokenType](repeating: .normal, count: pieces.count)
    }
    return isByte.map { $0 ? .byte : .normal }
  }

  /// Whether the model is a Phi-3, whose special tokens take the whitespace after them along; llama.cpp tells by the
  /// name too.
  private func isPhi3() throws(LoadError) -> Bool {
    let name = try metadata { data throws(CheckpointError) in
      try data.stringIfPresent("general.name")
    }
    let lowercased = name?.lowercased() ?? ""
    return lowercased.contains("phi-3") || lowercased.contains("phi3")
  }

  /// The texts of an array, as bytes.
  private func bytes(_ key: String) throws(LoadError) -> ByteStrings {
    var strings = ByteStrings()
    try metadata { data throws(CheckpointError) in
      try data.forEachTextBytes(key) { strings.append($1) }
    }
    return strings
  }

  /// The types of the tokens; empty where the file has none.
  private func types(count: Int) throws(LoadError) -> [TokenType] {
    let key = "tokenizer.ggml.token_type"
    let numbers = try metadata { data throws(CheckpointError) in try data.integersIfPresent(key) }
    guard let numbers else { return [] }
    guard numbers.count == count else {
      throw .invalid(
        file: file.path, field: "“\(key)”", reason: "\(numbers.count) types for \(count) tokens")
    }
    var types: [TokenType] = []
    types.reserveCapacity(count)
    for (index, number) in numbers.enumerated() {
      // ggml has 0 for “undefined” too, and treats it as ordinary text.
      guard let type = number == 0 ? .normal : Int32(exactly: number).flatMap(TokenType.init) else {
        throw .invalid(
          file: file.path, field: "“\(key)”", reason: "element \(index): no type \(number)")
      }
      types.append(type)
    }
    return types
  }

  private func charsmap() throws(LoadError) -> [UInt8] {
    let key = "tokenizer.ggml.precompiled_charsmap"
    guard file.metadata[key] != nil else { return [] }
    let numbers = try metadata { data throws(CheckpointError) in try data.integers(key) }
    // Written as int8 by some and as uint8 by others: the same bytes.
    return numbers.map { UInt8(truncatingIfNeeded: $0) }
  }

  /// An id of the vocabulary. llama.cpp passes over one outside of it, and published files have such for tokens that
  /// they don't use.
  private func token(_ name: String, count: Int) throws(LoadError) -> TokenID? {
    let key = "tokenizer.ggml.\(name)"
    let id = try metadata { data throws(CheckpointError) in try data.integerIfPresent(key) }
    guard let id, (0..<count).contains(id) else { return nil }
    return TokenID(exactly: id)
  }

  private func string(_ name: String) throws(LoadError) -> String? {
    try metadata { data throws(CheckpointError) in
      try data.stringIfPresent("tokenizer.ggml.\(name)")
    }
  }

  private func bool(_ name: String) throws(LoadError) -> Bool? {
    try metadata { data throws(CheckpointError) in
      try data.boolIfPresent("tokenizer.ggml.\(name)")
    }
  }

  private func metadata<Value>(
    _ body: (GGUFMetadata) throws(CheckpointError) -> Value
  ) throws(LoadError) -> Value {
    try LoadError.wrapping { () throws(CheckpointError) in try body(file.metadata) }
  }
}
