/// Which scalars are the same letter where case is ignored.
enum CaseFolding {
  /// The other scalars that are `value` but for their case: its mappings of one scalar, and what maps to the same.
  static func variants(of value: UInt32) -> [UInt32] {
    guard let scalar = Unicode.Scalar(value) else { return [] }
    var variants: Set<UInt32> = []
    for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
      guard let mapped = only(mapping) else { continue }
      variants.insert(mapped.value)
      // The other way round from there: `ſ` goes to `S` and that to `s`.
      for back in [mapped.properties.lowercaseMapping, mapped.properties.uppercaseMapping] {
        if let again = only(back) { variants.insert(again.value) }
      }
    }
    // Letters of ASCII have two counterparts outside it that map to them and not back.
    if variants.contains(0x73) || value == 0x73 { variants.insert(0x17F) }
    if variants.contains(0x6B) || value == 0x6B { variants.insert(0x212A) }
    variants.remove(value)
    return Array(variants)
  }

  private static func only(_ text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    return scalars.count == 1 ? scalars.first : nil
  }
}
