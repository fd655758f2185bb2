internal import JSON

extension PreTokenizer {
  /// The steps of a `pre_tokenizer` of `tokenizer.json`.
  ///
  /// - Parameter addsPrefixSpace: what counts before the `add_prefix_space` of a ByteLevel that stands alone.
  static func steps(
    _ field: JSONField, addsPrefixSpace: Bool?
  ) throws(TokenizationError) -> [PreTokenizer] {
    var steps: [PreTokenizer] = []
    if !field.isNull { try read(field, addsPrefixSpace, into: &steps) }
    return steps
  }

  private static func read(
    _ field: JSONField, _ addsPrefixSpace: Bool?, into steps: inout [PreTokenizer]
  ) throws(TokenizationError) {
    let type = try field.member("type").string()
    switch type {
    case "Sequence":
      try field.checkKeys(["type", "pretokenizers"])
      for step in try field.member("pretokenizers").elements() {
        try read(step, nil, into: &steps)
      }
    case "ByteLevel":
      try field.checkKeys(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      let adds = try field.member("add_prefix_space").bool(default: true)
      if addsPrefixSpace ?? adds { steps.append(.spacePrefix) }
      if try field.member("use_regex").bool(default: true) { steps.append(.words(.gpt2)) }
      steps.append(.byteAlphabet)
    case "Metaspace": steps.append(.metaspace(try Metaspace(field)))
    case "Digits":
      try field.checkKeys(["type", "individual_digits"])
      steps.append(
        .digits(individually: try field.member("individual_digits").bool(default: false)))
    case "Split": steps.append(try split(field))
    case "Punctuation":
      try field.checkKeys(["type", "behavior"])
      let behavior = try field.member("behavior")
      steps.append(
        .split(
          Splitter(
            pattern: .scalars(.punctuation),
            behavior: behavior.isNull ? .isolated : try Splitter.Behavior(behavior))))
    case "Whitespace":
      try field.checkKeys(["type"])
      steps.append(
        .split(Splitter(pattern: try words(field), behavior: .removed, isInverted: true)))
    case "WhitespaceSplit":
      try field.checkKeys(["type"])
      steps.append(.split(Splitter(pattern: .scalars(.whitespace), behavior: .removed)))
    case "CharDelimiterSplit":
      try field.checkKeys(["type", "delimiter"])
      let delimiter = try field.member("delimiter")
      let bytes = try delimiter.character()
      steps.append(.split(Splitter(pattern: .literal(bytes), behavior: .removed)))
    default: throw field.unsupported("the pre-tokenizer \"\(type)\"")
    }
  }

  /// What the pre-tokenizer `Whitespace` keeps: `\w+|[^\w\s]+`, where joiners are of a word.
  private static func words(_ field: JSONField) throws(TokenizationError) -> TextPattern {
    do {
      return .expression(try RegularExpression(#"[\w\x{200C}\x{200D}]+|[^\w\x{200C}\x{200D}\s]+"#))
    } catch {
      throw field.invalid("\(error)")
    }
  }

  private static func split(_ field: JSONField) throws(TokenizationError) -> PreTokenizer {
    try field.checkKeys(["type", "pattern", "behavior", "invert"])
    let behavior = try Splitter.Behavior(field.member("behavior"))
    let isInverted = try field.member("invert").bool(default: false)
    let pattern = try field.member("pattern")
    // These expressions cover every text, so what they match is isolated, or all else removed: the same.
    if case .string(let regex) = try pattern.member("Regex").value,
      let known = WordPattern(regex: regex),
      behavior == .isolated || (behavior, isInverted) == (.removed, true)
    {
      return .words(known)
    }
    return .split(
      Splitter(pattern: try TextPattern(pattern), behavior: behavior, isInverted: isInverted))
  }
}

extension Splitter.Behavior {
  fileprivate init(_ field: JSONField) throws(TokenizationError) {
    let name = try field.string()
    guard let behavior = Self(rawValue: name) else {
      throw field.unsupported("the behavior \"\(name)\"")
    }
    self = behavior
  }
}

extension Metaspace {
  /// The pre-tokenizer or the decoder `Metaspace`.
  init(_ field: JSONField) throws(TokenizationError) {
    try field.checkKeys([
      "type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep",
    ])
    let scheme = try field.member("prepend_scheme")
    var prependScheme = PrependScheme.always
    if !scheme.isNull {
      let name = try scheme.string()
      guard let known = PrependScheme(rawValue: name) else {
        throw scheme.unsupported("\"\(name)\"")
      }
      prependScheme = known
    }
    // Files from before there were schemes say it with this key alone.
    if try !field.member("add_prefix_space").bool(default: true) {
      guard scheme.isNull || prependScheme == .never else {
        throw field.invalid("add_prefix_space is false, and prepend_scheme is not “never”")
      }
      prependScheme = .never
    }
    self.init(
      replacement: try field.member("replacement").character(), prependScheme: prependScheme,
      splits: try field.member("split").bool(default: true))
  }
}
