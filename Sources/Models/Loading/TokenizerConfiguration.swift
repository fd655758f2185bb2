internal import JSON
internal import Tokenization

/// What `tokenizer_config.json` says that concerns a model's use.
struct TokenizerConfiguration {
  /// The file, or `nil` where the directory has none.
  let file: JSONFile?

  /// Whether a prompt begins with the beginning-of-sequence token; `nil` where the file doesn't say.
  func addsBeginningOfSequence() throws(LoadError) -> Bool? {
    try file?.bool("add_bos_token")
  }

  /// Whether a space is put before a text; `nil` where the file doesn't say.
  func addsPrefixSpace() throws(LoadError) -> Bool? {
    try file?.bool("add_prefix_space")
  }

  /// Whether the prefix space comes again after each special token. Where the file doesn't say, it does, as for the
  /// classes that know the key (transformers 4.51.3).
  func isLegacy() throws(LoadError) -> Bool {
    try file?.bool("legacy") ?? true
  }

  /// Whether the class is Llama's, which builds its tokenizer anew where ``addsPrefixSpace()`` is set.
  func isLlama() throws(LoadError) -> Bool {
    let name = try file?.string("tokenizer_class") ?? ""
    return ["LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "CodeLlamaTokenizerFast"]
      .contains(name)
  }

  /// The spelling of a special token: a text, or an object with its `content`. An empty one is none.
  func tokenText(_ key: String) throws(LoadError) -> String? {
    guard let file, let value = file[key] else { return nil }
    let text: String?
    if case .object = value {
      text = try file.object(key)?.string("content")
    } else {
      text = try file.string(key)
    }
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
