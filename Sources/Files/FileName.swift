/// The names of files as texts. A name is any bytes, and a text of Swift's is Unicode.
///
/// A byte that is part of no UTF-8 becomes a scalar of the private plane that nobody uses, U+10FF80 to U+10FFFF for 80
/// to FF, and that scalar becomes the byte again when the file is opened. A name that holds one of these scalars itself
/// comes back the same, since its bytes are kept one by one.
package enum FileName {
  private static let scalars: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// The text for a name's bytes. Bytes that are UTF-8 are their text.
  package static func text(of bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !holdsBytes(text) { return text }
    var text = ""
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      if let scalar = scalar(at: rest), !scalars.contains(scalar.value) {
        text.unicodeScalars.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        let byte = rest.removeFirst()
        text.unicodeScalars.append(Unicode.Scalar(0x10FF00 + UInt32(byte)) ?? "\u{FFFD}")
      }
    }
    return text
  }

  /// The name's bytes.
  package static func bytes(of text: String) -> [UInt8] {
    guard holdsBytes(text) else { return Array(text.utf8) }
    return text.unicodeScalars.flatMap { scalar in
      scalars.contains(scalar.value)
        ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
    }
  }

  /// Whether a text stands for bytes that are not UTF-8.
  package static func holdsBytes(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalars.contains($0.value) }
  }

  /// A name's byte where a scalar stands for one.
  package static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    scalars.contains(scalar.value) ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }

  /// The text with U+FFFD for what isn't UTF-8, as any other input has it.
  package static func repaired(_ text: String) -> String {
    holdsBytes(text) ? String(decoding: bytes(of: text), as: UTF8.self) : text
  }

  /// Calls `body` with the name as the system takes it.
  package static func withPointer<Result>(
    _ text: String, _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    guard holdsBytes(text) else { return text.withCString(body) }
    return (bytes(of: text) + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // There is the zero at least.
        characters.baseAddress.map(body) ?? text.withCString(body)
      }
    }
  }

  /// The scalar that valid UTF-8 begins with.
  private static func scalar(at bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    for count in 1...4 {
      if let text = String(validating: bytes.prefix(count), as: UTF8.self) {
        return text.unicodeScalars.first
      }
    }
    return nil
  }
}
