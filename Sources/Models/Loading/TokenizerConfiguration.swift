internal import JSON

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

extension TokenizerConfiguration {
  /// Refuses tokens that were added to a SentencePiece vocabulary: read without them, text that is to become one of
  /// them would silently become others. Padding never stands in a text.
  func refuseAddedTokens(beyond vocabularyCount: Int) throws(LoadError) {
    let key = "added_tokens_decoder"
    guard let file, let added = try file.object(key) else { return }
    let padding = try tokenText("pad_token")
    for member in added.members {
      guard let id = Int(member.key), id >= vocabularyCount else { continue }
      let content = try added.object(member.key)?.string("content")
      guard content != padding else { continue }
      throw file.unsupported(
        key, "the token “\(content ?? "")” (\(id)), which tokenizer.model lacks; it")
    }
  }
}
