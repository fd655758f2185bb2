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

  /// The classes of transformers 4.51.3 that put it first by themselves, with a post-processor of their own.
  private static let beginningClasses: Set = [
    "LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer",
  ]

  /// The same for a `tokenizer.json`: where the file doesn't say, `true` for a class that puts the token first whatever
  /// the post-processor is.
  func addsBeginningOfSequenceByClass() throws(LoadError) -> Bool? {
    if let adds = try addsBeginningOfSequence() { return adds }
    return try Self.beginningClasses.contains(className()) ? true : nil
  }

  /// The class, the fast one by the name of the other.
  private func className() throws(LoadError) -> String {
    let name = try file?.string("tokenizer_class") ?? ""
    return name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
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
    try ["LlamaTokenizer", "CodeLlamaTokenizer"].contains(className())
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
