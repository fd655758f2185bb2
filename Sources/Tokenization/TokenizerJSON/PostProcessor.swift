internal import JSON
import LanguageModeling

/// What `tokenizer.json` puts around a text.
struct PostProcessor {
  /// The tokens before a text.
  private(set) var prefix: [TokenID] = []
  /// The tokens after it.
  private(set) var suffix: [TokenID] = []

  init(_ field: JSONField) throws(TokenizationError) {
    guard !field.isNull else { return }
    let type = try field.member("type").string()
    switch type {
    case "ByteLevel":
      // It changes offsets alone.
      try field.checkKeys(["type", "add_prefix_space", "trim_offsets", "use_regex"])
    case "TemplateProcessing": try readTemplate(field)
    case "Sequence":
      try field.checkKeys(["type", "processors"])
      for processor in try field.member("processors").elements() {
        let outer = try PostProcessor(processor)
        prefix = outer.prefix + prefix
        suffix += outer.suffix
      }
    default: throw field.unsupported("the post-processor \"\(type)\"")
    }
  }

  private mutating func readTemplate(_ field: JSONField) throws(TokenizationError) {
    try field.checkKeys(["type", "single", "pair", "special_tokens"])
    var textSeen = false
    for part in try field.member("single").elements() {
      try part.checkKeys(["SpecialToken", "Sequence"])
      let special = try part.member("SpecialToken")
      if special.isNull {
        guard !textSeen else { throw part.unsupported("the text twice") }
        textSeen = true
        continue
      }
      let name = try special.member("id").string()
      let ids = try field.member("special_tokens").member(name).member("ids")
      for element in try ids.elements() {
        let id = TokenID(try element.index(below: Int(Int32.max)))
        if textSeen { suffix.append(id) } else { prefix.append(id) }
      }
    }
    guard textSeen else { throw field.invalid("a template without the text") }
  }
}
