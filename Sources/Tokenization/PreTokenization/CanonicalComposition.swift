import Foundation

/// Normalisation form C.
enum CanonicalComposition {
  /// The composed form of valid UTF-8, by Foundation, which has the standard library's Unicode version.
  static func composed(_ text: ArraySlice<UInt8>) -> [UInt8] {
    // No scalar below U+0300, which begins with byte 0xCC, composes with anything.
    guard text.contains(where: { $0 >= 0xCC }) else { return Array(text) }
    return Array(String(decoding: text, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
  }
}
