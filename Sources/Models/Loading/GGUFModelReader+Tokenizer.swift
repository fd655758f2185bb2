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
        what: "a vocabulary of kind “\(other)” (gpt2, llama and t5 are)")
    case nil:
      throw .invalid(
        file: file.path, field: "“tokenizer.ggml.model”",
        reason: "is missing: the file holds no vocabulary")
    }
  }

  private func bytePairTokenizer() throws(LoadError) -> any Tokenizer {
    let tokens = try bytes("tokenizer.ggml.tokens")
    let preTokenizer = try string("pre") ?? "default"
    // Llama 3's vocabularies came without the key, and were meant to begin with their token.
    let isLlama3 = ["llama-bpe", "llama3", "llama-v3"].contains(preTokenizer)
    let merges = try bytes("tokenizer.ggml.merges")
    let types = try types(count: tokens.count)
    let (beginning, end) = (try token("bos_token_id"), try token("eos_token_id"))
    let unknown = try token("unknown_token_id")
    let addsBeginning = try bool("add_bos_token") ?? isLlama3
    // All of it was copied.
    file.releaseMemory()
    return try LoadError.wrapping { () throws(TokenizationError) in
      try ByteLevelBPETokenizer(
        tokens: tokens, merges: merges, types: types, preTokenizer: preTokenizer,
        beginningOfSequence: beginning, endOfSequence: end, unknown: unknown,
        addsBeginningOfSequence: addsBeginning, file: file.path)
    }
  }

  private func sentencePieceTokenizer(
    _ segmentation: SentencePieceVocabulary.Segmentation
  ) throws(LoadError) -> any Tokenizer {
    let tokens = try tokens()
    let scores = try metadata { data throws(CheckpointError) in
      try data.floats("tokenizer.ggml.scores")
    }
    guard scores.count == tokens.count else {
      throw .invalid(
        file: file.path, field: "“tokenizer.ggml.scores”",
        reason: "\(scores.count) scores for \(tokens.count) tokens")
    }
    let types = try types(count: tokens.count)
    let isLlama = segmentation == .bytePair
    let vocabulary = SentencePieceVocabulary(
      pieces: tokens, scores: scores,
      types: types.isEmpty ? Array(repeating: .normal, count: tokens.count) : types,
      segmentation: segmentation,
      addsDummyPrefix: try bool("add_space_prefix") ?? isLlama,
      removesExtraWhitespaces: try bool("remove_extra_whitespaces") ?? false,
      precompiledCharsmap: try charsmap(),
      beginningOfSequence: try token("bos_token_id"), endOfSequence: try token("eos_token_id"),
      unknown: try token("unknown_token_id"),
      addsBeginningOfSequence: try bool("add_bos_token") ?? isLlama)
    return try LoadError.wrapping { () throws(TokenizationError) in
      try SentencePieceTokenizer(vocabulary: vocabulary, file: file.path)
    }
  }

  private func tokens() throws(LoadError) -> [String] {
    try metadata { data throws(CheckpointError) in try data.strings("tokenizer.ggml.tokens") }
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

  private func token(_ name: String) throws(LoadError) -> TokenID? {
    let key = "tokenizer.ggml.\(name)"
    let id = try metadata { data throws(CheckpointError) in try data.integerIfPresent(key) }
    guard let id else { return nil }
    guard let token = TokenID(exactly: id), token >= 0 else {
      throw .invalid(file: file.path, field: "“\(key)”", reason: "\(id) can't be a token id")
    }
    return token
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
