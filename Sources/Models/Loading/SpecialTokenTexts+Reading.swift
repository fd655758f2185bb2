internal import Checkpoints
internal import JSON
internal import Tokenization

/// Where the spellings stand in a model's files.
extension SpecialTokenTexts {
  /// The names that every tokenizer of transformers may have (`SPECIAL_TOKENS_ATTRIBUTES`).
  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// Those of a directory: `tokenizer_config.json`, else `special_tokens_map.json`, and for the beginning and the end of
  /// a sequence the vocabulary's own. `extra_special_tokens`, an object, names more of them.
  init(
    configuration: JSONFile?, map: JSONFile?, tokenizer: any Tokenizer
  ) throws(LoadError) {
    self.init()
    for file in [configuration, map].compactMap({ $0 }) {
      for name in Self.names where named[name] == nil {
        if let value = file[name], let text = Self.text(value) { named[name] = text }
      }
      if additional == nil, case .array(let values)? = file["additional_special_tokens"] {
        additional = values.compactMap(Self.text)
      }
    }
    if case .object(let members)? = configuration?["extra_special_tokens"] {
      for member in members {
        if let text = Self.text(member.value) { named[member.key] = text }
      }
    }
    add(tokenizer)
  }

  /// Those of a GGUF file, by the ids of its metadata.
  init(metadata: GGUFMetadata, tokenizer: any Tokenizer) throws(LoadError) {
    self.init()
    // The misspelling is the format's.
    let keys = [
      ("unk_token", "unknown_token_id"), ("pad_token", "padding_token_id"),
      ("sep_token", "seperator_token_id"), ("cls_token", "cls_token_id"),
      ("mask_token", "mask_token_id"),
    ]
    for (name, key) in keys {
      let id = try LoadError.wrapping { () throws(CheckpointError) in
        try metadata.integerIfPresent("tokenizer.ggml.\(key)")
      }
      if let id, let token = Int32(exactly: id), let text = tokenizer.piece(of: token) {
        named[name] = text
      }
    }
    add(tokenizer)
  }

  private mutating func add(_ tokenizer: any Tokenizer) {
    if named["bos_token"] == nil {
      named["bos_token"] = tokenizer.beginningOfSequence.flatMap(tokenizer.piece)
    }
    if named["eos_token"] == nil {
      named["eos_token"] = tokenizer.endOfSequence.flatMap(tokenizer.piece)
    }
  }

  /// A text, or an object with its `content`.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .object(let members):
      members.first { $0.key == "content" }.flatMap { member in
        if case .string(let text) = member.value { text } else { nil }
      }
    default: nil
    }
  }
}
