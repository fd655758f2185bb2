internal import Checkpoints
internal import Tokenization

extension DirectoryModelReader {
  /// The vocabulary with what the files beside it say of it: `tokenizer.json` where there is one, as transformers
  /// does, else `tokenizer.model`.
  func tokenizer(configuration: TokenizerConfiguration) throws(LoadError) -> any Tokenizer {
    if holds("tokenizer.json") { return try pipelineTokenizer(configuration) }
    if holds("tokenizer.model") { return try sentencePieceTokenizer(configuration) }
    guard !holds("vocab.json"), !holds("vocab.txt") else {
      throw .notAModel(
        path: path,
        reason: "has its vocabulary in vocab.\(holds("vocab.json") ? "json" : "txt") alone, which "
          + "is not read; save it again as tokenizer.json, with "
          + "AutoTokenizer.from_pretrained(…).save_pretrained(…) of transformers")
    }
    throw .notAModel(path: path, reason: "has neither tokenizer.model nor tokenizer.json")
  }

  private func pipelineTokenizer(
    _ configuration: TokenizerConfiguration
  ) throws(LoadError) -> any Tokenizer {
    let path = file("tokenizer.json")
    try VocabularyFileKind.refuseForeign(path: path, expectingSentencePiece: false)
    let isLlama = try configuration.isLlama()
    let addsPrefixSpace = try configuration.addsPrefixSpace()
    var options = TokenizerJSONOptions(
      beginningOfSequence: try configuration.tokenText("bos_token"),
      endOfSequence: try configuration.tokenText("eos_token"),
      addsBeginningOfSequence: try configuration.addsBeginningOfSequenceByClass(),
      declarations: try declarations(configuration))
    if isLlama {
      if let addsPrefixSpace {
        options.llamaSpaces = TokenizerJSONOptions.LlamaSpaces(
          isLegacy: try configuration.isLegacy(), addsPrefix: addsPrefixSpace)
      }
    } else {
      // All other classes set it on a ByteLevel that stands alone, to false where nothing is said.
      options.byteLevelAddsPrefixSpace = addsPrefixSpace ?? false
    }
    return try LoadError.wrapping { () throws(TokenizationError) in
      try PipelineTokenizer(tokenizerJSON: path, options: options)
    }
  }

  /// Without a word in `tokenizer_config.json`, a prompt begins with the beginning-of-sequence token: the default of
  /// the classes that read such vocabularies in transformers.
  private func sentencePieceTokenizer(
    _ configuration: TokenizerConfiguration
  ) throws(LoadError) -> any Tokenizer {
    let path = file("tokenizer.model")
    try VocabularyFileKind.refuseForeign(path: path, expectingSentencePiece: true)
    let options = SentencePieceOptions(
      addsBeginningOfSequence: try configuration.addsBeginningOfSequence() ?? true,
      prefix: try configuration.isLegacy() ? .always : .firstUnlessSpace,
      addsPrefix: try configuration.addsPrefixSpace(), userDefinedTokens: .inText,
      declarations: try declarations(configuration),
      beginningOfSequence: try configuration.tokenText("bos_token"),
      endOfSequence: try configuration.tokenText("eos_token"))
    return try LoadError.wrapping { () throws(TokenizationError) in
      try SentencePieceTokenizer(path: path, options: options)
    }
  }

  private func declarations(
    _ configuration: TokenizerConfiguration
  ) throws(LoadError) -> TokenDeclarations {
    func json(_ name: String) throws(LoadError) -> JSONFile? {
      holds(name) ? try JSONFile(path: file(name)) : nil
    }
    return try TokenDeclarations(
      configuration: configuration.file, added: json("added_tokens.json"),
      specialMap: json("special_tokens_map.json"))
  }
}
