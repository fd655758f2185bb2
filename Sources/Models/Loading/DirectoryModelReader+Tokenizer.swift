internal import Tokenization

extension DirectoryModelReader {
  /// The vocabulary: `tokenizer.model` where there is one, else `tokenizer.json`.
  func tokenizer(configuration: TokenizerConfiguration) throws(LoadError) -> any Tokenizer {
    if holds("tokenizer.model") { return try sentencePieceTokenizer(configuration) }
    guard holds("tokenizer.json") else {
      throw .notAModel(path: path, reason: "has neither tokenizer.model nor tokenizer.json")
    }
    let beginning = try configuration.tokenText("bos_token")
    let end = try configuration.tokenText("eos_token")
    let adds = try configuration.addsBeginningOfSequence()
    return try LoadError.wrapping { () throws(TokenizationError) in
      try ByteLevelBPETokenizer(
        tokenizerJSON: file("tokenizer.json"), beginningOfSequence: beginning, endOfSequence: end,
        addsBeginningOfSequence: adds)
    }
  }

  /// Without a word in `tokenizer_config.json`, a prompt begins with the beginning-of-sequence token: the default of
  /// the classes that read such vocabularies in transformers.
  private func sentencePieceTokenizer(
    _ configuration: TokenizerConfiguration
  ) throws(LoadError) -> any Tokenizer {
    let adds = try configuration.addsBeginningOfSequence() ?? true
    let tokenizer = try LoadError.wrapping { () throws(TokenizationError) in
      try SentencePieceTokenizer(path: file("tokenizer.model"), addsBeginningOfSequence: adds)
    }
    try configuration.refuseAddedTokens(beyond: tokenizer.vocabularyCount)
    return tokenizer
  }
}
