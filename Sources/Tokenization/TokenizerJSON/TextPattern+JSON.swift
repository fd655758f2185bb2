internal import JSON

extension TextPattern {
  /// A `pattern` of `tokenizer.json`: `{"String": …}` or `{"Regex": …}`.
  init(_ field: JSONField) throws(TokenizationError) {
    try field.checkKeys(["String", "Regex"])
    let literal = try field.member("String")
    if !literal.isNull {
      let bytes = Array(try literal.string().utf8)
      guard !bytes.isEmpty else { throw field.unsupported("an empty pattern") }
      self = .literal(bytes)
      return
    }
    let text = try field.member("Regex").string()
    do throws(RegularExpressionError) {
      self = .expression(try RegularExpression(text))
    } catch {
      switch error {
      case .malformed(let reason):
        throw field.invalid("the regular expression \(text) has \(reason)")
      case .unsupported(let what):
        throw field.unsupported("\(what) in the regular expression \(text)")
      }
    }
  }
}
