internal import JSON
import LanguageModeling

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ByteLevelBPETokenizer {
  /// Reads the `tokenizer.json` of Hugging Face's tokenizers, as far as it describes byte-level BPE.
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
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .failed(file: path, reason: "can't be read: \(error)")
    }
    try self.init(
      tokenizerJSON: bytes, file: path, beginningOfSequence: beginningOfSequence,
      endOfSequence: endOfSequence, addsBeginningOfSequence: addsBeginningOfSequence)
  }

  /// The same from the file's bytes. `file` is the name that errors call it by.
  ///
  /// Read are: `model` BPE; the normalizers NFC and none; the pre-tokenizers ByteLevel, Split by the expressions of
  /// GPT-2, Llama 3 and Qwen2, Digits, and sequences of them; the decoder ByteLevel; the post-processors ByteLevel and
  /// TemplateProcessing with at most one token before the text. All else is an error that names it. `truncation` and
  /// `padding` are not applied, as transformers doesn't unless it is asked to.
  public init(
    tokenizerJSON bytes: [UInt8], file: String, beginningOfSequence: String? = nil,
    endOfSequence: String? = nil, addsBeginningOfSequence: Bool? = nil
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
    let preTokenization = try PreTokenization(root)
    let vocabulary = try TokenizerJSONVocabulary(root, idLimit: bytes.count)
    try vocabulary.checkDecoder(root.member("decoder"))
    let first = try PostProcessor(root.member("post_processor")).first

    func token(_ name: String?, _ field: String) throws(TokenizationError) -> TokenID? {
      guard let name else { return nil }
      guard let id = vocabulary.tokens.find(Array(name.utf8)) else {
        throw .invalid(
          file: file, field: field, reason: "\"\(name)\" is no token of the vocabulary")
      }
      return id
    }
    if let first, !(0..<vocabulary.tokens.count).contains(Int(first)) {
      throw .invalid(
        file: file, field: "tokenizer.post_processor",
        reason: "id \(first) in a vocabulary of \(vocabulary.tokens.count) tokens")
    }
    let named = try token(beginningOfSequence, "bos_token")
    self.init(
      model: try vocabulary.model(root.member("model")), texts: vocabulary.texts(),
      preTokenization: preTokenization, addedTokens: vocabulary.addedTokens,
      beginningOfSequence: first ?? named, endOfSequence: try token(endOfSequence, "eos_token"),
      addsBeginningOfSequence: addsBeginningOfSequence ?? (first != nil))
  }
}
