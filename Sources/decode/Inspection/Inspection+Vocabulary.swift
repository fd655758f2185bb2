import Tokenization

extension Inspection {
  /// A SentencePiece `tokenizer.model`, or a `tokenizer.json` of Hugging Face's tokenizers.
  init(vocabulary path: String) throws(TokenizationError) {
    if path.hasSuffix(".json") {
      let tokenizer = try PipelineTokenizer(tokenizerJSON: path)
      self.init(path: path, format: "tokenizer.json")
      self.tokenizer = (tokenizer.modelName, tokenizer.vocabularyCount)
    } else {
      let tokenizer = try SentencePieceTokenizer(path: path)
      self.init(path: path, format: "SentencePiece model")
      self.tokenizer = ("SentencePiece", tokenizer.vocabularyCount)
    }
  }
}
