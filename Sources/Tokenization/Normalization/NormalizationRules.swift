/// SentencePiece's compiled normalisation rules as Hugging Face's tokenizers applies them: `Precompiled`.
///
/// Unlike SentencePiece, which takes the longest rule at each place, it looks up whole grapheme clusters of up to five
/// bytes, then single scalars, and of the rules that a lookup's text begins with takes the shortest, in the place of
/// all of that text (crate spm_precompiled 0.1.4). Clusters are those of the standard library.
struct NormalizationRules: Hashable, Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// - Parameter blob: the rules as they stand in a model proto.
  init(_ blob: [UInt8], file: String, field: String) throws(TokenizationError) {
    _ = try PrecompiledCharsmap.check(blob, file: file, field: field)
    (units, replacements) = PrecompiledCharsmap.parts(of: blob)
    guard String(validating: replacements, as: UTF8.self) != nil else {
      throw .invalid(file: file, field: field, reason: "replacements that are no UTF-8")
    }
  }

  /// The text with the rules applied.
  func applied(to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for cluster in String(decoding: text, as: UTF8.self) {
      let bytes = Array(cluster.utf8)
      if bytes.count < 6, let replacement = replacement(for: bytes[...]) {
        result += replacement
        continue
      }
      var start = 0
      while start < bytes.count {
        let end = start + UTF8Scalars.length(of: bytes[start])
        let part = bytes[start..<min(end, bytes.count)]
        result += replacement(for: part) ?? part
        start = end
      }
    }
    return result
  }

  /// What the shortest rule that `text` begins with puts in its place.
  private func replacement(for text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var node = PrecompiledCharsmap.offset(units[0])
    for byte in text {
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
      node ^= PrecompiledCharsmap.offset(unit)
      if unit & 0x100 != 0 {
        let start = Int(units[node] & 0x7FFF_FFFF)
        let rest = replacements[start...]
        return rest.prefix { $0 != 0 }
      }
    }
    return nil
  }
}
