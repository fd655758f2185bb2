internal import JSON

extension PreTokenization {
  /// - Parameter root: the whole of `tokenizer.json`.
  init(_ root: JSONField) throws(TokenizationError) {
    self.init(steps: [])
    try readNormalizer(root.member("normalizer"))
    let field = try root.member("pre_tokenizer")
    guard !field.isNull else { throw field.unsupported("a vocabulary that is not byte-level") }
    var reachesBytes = false
    try readPreTokenizer(field, &reachesBytes)
    guard reachesBytes else { throw field.unsupported("a vocabulary that is not byte-level") }
  }

  private mutating func readNormalizer(_ field: JSONField) throws(TokenizationError) {
    guard !field.isNull else { return }
    let type = try field.member("type").string()
    switch type {
    case "NFC":
      try field.checkKeys(["type"])
      composes = true
    case "Sequence":
      try field.checkKeys(["type", "normalizers"])
      for normalizer in try field.member("normalizers").elements() {
        try readNormalizer(normalizer)
      }
    default: throw field.unsupported("the normalizer \"\(type)\"")
    }
  }

  /// - Parameter reachesBytes: whether a ByteLevel has been read, after which text is spelled in bytes.
  private mutating func readPreTokenizer(
    _ field: JSONField, _ reachesBytes: inout Bool
  ) throws(TokenizationError) {
    let type = try field.member("type").string()
    if type == "Sequence" {
      try field.checkKeys(["type", "pretokenizers"])
      for step in try field.member("pretokenizers").elements() {
        try readPreTokenizer(step, &reachesBytes)
      }
      return
    }
    guard !reachesBytes else {
      throw field.unsupported("the pre-tokenizer \"\(type)\" behind ByteLevel")
    }
    switch type {
    case "ByteLevel":
      try field.checkKeys(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      reachesBytes = true
      if try field.member("add_prefix_space").bool(default: true) {
        guard steps.isEmpty else {
          throw field.unsupported("add_prefix_space behind another pre-tokenizer")
        }
        addsPrefixSpace = true
      }
      if try field.member("use_regex").bool(default: true) { steps.append(.words(.gpt2)) }
    case "Digits":
      try field.checkKeys(["type", "individual_digits"])
      steps.append(
        .digits(individually: try field.member("individual_digits").bool(default: false)))
    case "Split":
      steps.append(.words(try Self.wordPattern(field)))
    default: throw field.unsupported("the pre-tokenizer \"\(type)\"")
    }
  }

  private static func wordPattern(_ field: JSONField) throws(TokenizationError) -> WordPattern {
    try field.checkKeys(["type", "pattern", "behavior", "invert"])
    let pattern = try field.member("pattern")
    try pattern.checkKeys(["Regex"])
    let regex = try pattern.member("Regex").string()
    guard let known = WordPattern(regex: regex) else {
      throw pattern.unsupported("the regular expression \(regex)")
    }
    // The expressions cover every text, so what they match is isolated, or all else removed: the same.
    let behavior = try field.member("behavior").string()
    switch (behavior, try field.member("invert").bool(default: false)) {
    case ("Isolated", false), ("Removed", true): return known
    case (_, let inverted):
      throw field.unsupported("behavior \"\(behavior)\"\(inverted ? ", inverted" : "")")
    }
  }
}
