import CSHA256

/// A SHA-256 digest (FIPS 180-4), made of bytes that come piece by piece.
///
/// It tells whether two things are the same; nothing here guards a secret.
package struct SHA256 {
  private var state = sha256_state()

  package init() { sha256_begin(&state) }

  /// Adds bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    sha256_add(&state, bytes.baseAddress, bytes.count)
  }

  /// Adds bytes.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of all bytes so far, as 64 hexadecimal digits.
  package var hexadecimal: String {
    var (copy, digest) = (state, [UInt8](repeating: 0, count: 32))
    sha256_end(&copy, &digest)
    return digest.reduce(into: "") { text, byte in
      let digits = String(byte, radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
  }
}
