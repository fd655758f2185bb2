internal import JSON
import LanguageModeling

/// What `tokenizer.json` puts around a text: one token before it, or nothing.
struct PostProcessor {
  /// The token that is put before a text.
  private(set) var first: TokenID?

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
        guard let found = try PostProcessor(processor).first else { continue }
        guard first == nil else { throw field.unsupported("a second token before the text") }
        first = found
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
      guard !textSeen else { throw part.unsupported("a token behind the text") }
      guard first == nil else { throw part.unsupported("a second token before the text") }
      let name = try special.member("id").string()
      let ids = try field.member("special_tokens").member(name).member("ids")
      let elements = try ids.elements()
      guard elements.count == 1 else { throw ids.unsupported("other than one id") }
      first = TokenID(try elements[0].index(below: Int(Int32.max)))
    }
    guard textSeen else { throw field.invalid("a template without the text") }
  }
}
