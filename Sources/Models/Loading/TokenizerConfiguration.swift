/// What `tokenizer_config.json` says that concerns a model's use.
struct TokenizerConfiguration {
  /// The file, or `nil` where the directory has none.
  let file: JSONFile?

  /// Whether a prompt begins with the beginning-of-sequence token; `nil` where the file doesn't say.
  func addsBeginningOfSequence() throws(LoadError) -> Bool? {
    try file?.bool("add_bos_token")
  }

  /// The spelling of a special token: a text, or an object with its `content`.
  func tokenText(_ key: String) throws(LoadError) -> String? {
    guard let file, let value = file[key] else { return nil }
    if case .object = value { return try file.object(key)?.string("content") }
    return try file.string(key)
  }
}
