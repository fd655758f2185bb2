internal import JSON

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Normalizer {
  /// - Parameter field: the `normalizer` of `tokenizer.json`.
  init(_ field: JSONField) throws(TokenizationError) {
    try read(field)
  }

  private mutating func read(_ field: JSONField) throws(TokenizationError) {
    guard !field.isNull else { return }
    let type = try field.member("type").string()
    if let form = UnicodeNormalizationForm(rawValue: type) {
      try field.checkKeys(["type"])
      steps.append(.form(form))
      return
    }
    switch type {
    case "Sequence":
      try field.checkKeys(["type", "normalizers"])
      for normalizer in try field.member("normalizers").elements() { try read(normalizer) }
    case "Lowercase":
      try field.checkKeys(["type"])
      steps.append(.lowercase)
    case "Strip":
      try field.checkKeys(["type", "strip_left", "strip_right"])
      steps.append(
        .strip(
          left: try field.member("strip_left").bool(),
          right: try field.member("strip_right").bool()))
    case "StripAccents":
      try field.checkKeys(["type"])
      steps.append(.stripAccents)
    case "Replace":
      try field.checkKeys(["type", "pattern", "content"])
      steps.append(
        .replace(
          try TextPattern(field.member("pattern")),
          by: try field.member("content").text(longest: Self.longestContent)))
    case "Prepend":
      try field.checkKeys(["type", "prepend"])
      steps.append(.prepend(try field.member("prepend").text(longest: Self.longestContent)))
    case "Precompiled":
      try field.checkKeys(["type", "precompiled_charsmap"])
      let charsmap = try field.member("precompiled_charsmap")
      // Without rules it does nothing.
      guard !charsmap.isNull else { return }
      guard let blob = Data(base64Encoded: try charsmap.string()) else {
        throw charsmap.invalid("is not in base 64")
      }
      guard !blob.isEmpty else { return }
      steps.append(
        .precompiled(
          try NormalizationRules(Array(blob), file: charsmap.file, field: charsmap.path)))
    default: throw field.unsupported("the normalizer \"\(type)\"")
    }
  }
}
