import Foundation

/// A normalisation form of Unicode Standard Annex 15, by Foundation, which has the standard library's Unicode version.
enum UnicodeNormalizationForm: String, Hashable, Sendable {
  case composed = "NFC"
  case decomposed = "NFD"
  case compatibilityComposed = "NFKC"
  case compatibilityDecomposed = "NFKD"

  /// The form of valid UTF-8.
  func applied(to text: ArraySlice<UInt8>) -> [UInt8] {
    // Of scalars below U+0300, which begins with byte 0xCC, none composes with anything; those of ASCII are all forms
    // of themselves.
    let least: UInt8 = self == .composed ? 0xCC : 0x80
    guard text.contains(where: { $0 >= least }) else { return Array(text) }
    let string = String(decoding: text, as: UTF8.self)
    let form =
      switch self {
      case .composed: string.precomposedStringWithCanonicalMapping
      case .decomposed: string.decomposedStringWithCanonicalMapping
      case .compatibilityComposed: string.precomposedStringWithCompatibilityMapping
      case .compatibilityDecomposed: string.decomposedStringWithCompatibilityMapping
      }
    return Array(form.utf8)
  }
}
