internal import JSON

extension TokenDecoder.Step {
  /// The steps of a `decoder` of `tokenizer.json`.
  static func steps(_ field: JSONField) throws(TokenizationError) -> [TokenDecoder.Step] {
    guard !field.isNull else { return [.joinBySpaces] }
    var steps: [TokenDecoder.Step] = []
    try read(field, into: &steps)
    return steps
  }

  private static func read(
    _ field: JSONField, into steps: inout [TokenDecoder.Step]
  ) throws(TokenizationError) {
    let type = try field.member("type").string()
    if steps.contains(.byteLevel), type != "Sequence" {
      throw field.unsupported("the decoder \"\(type)\" after ByteLevel")
    }
    switch type {
    case "Sequence":
      try field.checkKeys(["type", "decoders"])
      for decoder in try field.member("decoders").elements() { try read(decoder, into: &steps) }
    case "ByteLevel":
      try field.checkKeys(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      steps.append(.byteLevel)
    case "Metaspace":
      let metaspace = try Metaspace(field)
      steps.append(
        .metaspace(
          replacement: metaspace.replacement, dropsFirst: metaspace.prependScheme != .never))
    case "ByteFallback":
      try field.checkKeys(["type"])
      if steps.contains(.fuse) { throw field.unsupported("ByteFallback after Fuse") }
      steps.append(.byteFallback)
    case "Fuse":
      try field.checkKeys(["type"])
      if !steps.contains(.fuse) { steps.append(.fuse) }
    case "Replace":
      try field.checkKeys(["type", "pattern", "content"])
      let pattern = try TextPattern(field.member("pattern"))
      if steps.contains(.fuse), !pattern.isOneScalar {
        throw field.unsupported("a pattern of more than one character after Fuse")
      }
      steps.append(
        .replace(pattern, by: try field.member("content").text(longest: Normalizer.longestContent)))
    case "Strip":
      try field.checkKeys(["type", "content", "start", "stop"])
      let stop = try field.member("stop").index(below: 1 << 20)
      if steps.contains(.fuse), stop > 0 {
        throw field.unsupported("a cut at the end after Fuse")
      }
      steps.append(
        .strip(
          content: try field.member("content").character(),
          start: try field.member("start").index(below: 1 << 20), stop: stop))
    default: throw field.unsupported("the decoder \"\(type)\"")
    }
  }
}

extension TextPattern {
  fileprivate var isOneScalar: Bool {
    if case .literal(let bytes) = self {
      bytes.count == UTF8Scalars.length(of: bytes[0])
    } else {
      false
    }
  }
}
