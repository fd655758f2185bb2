internal import CSentencePiece
package import LanguageModeling

/// One vocabulary inside libsentencepiece.
package final class SentencePieceLibrary: Sendable {
  /// Freed in `deinit` alone. The library's processors are immutable once loaded, and safe for any number of threads.
  private nonisolated(unsafe) let processor: OpaquePointer
  private let file: String

  /// - Parameter proto: a serialised model proto that has been checked; the library does not survive every other.
  package init(proto: [UInt8], file: String) throws(TokenizationError) {
    var loaded: OpaquePointer?
    let (status, message) = Self.withMessage { message in
      csp_load(proto, proto.count, &loaded, message)
    }
    guard status == CSP_OK, let loaded else { throw .failed(file: file, reason: message) }
    processor = loaded
    self.file = file
  }

  deinit { csp_free(processor) }

  /// The ids of UTF-8 text, whatever bytes it holds.
  package func encode(_ text: ArraySlice<UInt8>) throws(TokenizationError) -> [TokenID] {
    var ids: UnsafeMutablePointer<Int32>?
    var count = 0
    let (status, message) = Self.withMessage { message in
      text.withUnsafeBytes { bytes in
        csp_encode(
          processor, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &ids,
          &count, message)
      }
    }
    defer { csp_free_ids(ids) }
    guard status == CSP_OK else { throw .failed(file: file, reason: message) }
    return Array(UnsafeBufferPointer(start: ids, count: count))
  }

  /// The library's own decoding. `SentencePieceStreamDecoder` does the same token by token.
  package func decode(_ tokens: [TokenID]) throws(TokenizationError) -> [UInt8] {
    var text: UnsafeMutablePointer<CChar>?
    var length = 0
    let (status, message) = Self.withMessage { message in
      csp_decode(processor, tokens, tokens.count, &text, &length, message)
    }
    defer { csp_free_text(text) }
    guard status == CSP_OK else { throw .failed(file: file, reason: message) }
    return Array(UnsafeRawBufferPointer(start: text, count: length))
  }

  package var count: Int { Int(csp_size(processor)) }
  package var beginningOfSequence: TokenID? { id(csp_bos_id(processor)) }
  package var endOfSequence: TokenID? { id(csp_eos_id(processor)) }
  package var unknown: TokenID? { id(csp_unk_id(processor)) }
  package var padding: TokenID? { id(csp_pad_id(processor)) }

  package func piece(of token: TokenID) -> String? {
    var length = 0
    guard let piece = csp_id_to_piece(processor, token, &length) else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: piece, count: length), as: UTF8.self)
  }

  /// The id of a piece, the unknown id where the vocabulary lacks it.
  package func token(of piece: String) -> TokenID {
    Array(piece.utf8).withUnsafeBytes { bytes in
      csp_piece_to_id(
        processor, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  /// The type of a token; the library counts user-defined ones as normal.
  package func type(of token: TokenID) -> TokenType? {
    TokenType(rawValue: csp_piece_type(processor, token))
  }

  private func id(_ number: Int32) -> TokenID? { number < 0 ? nil : number }

  private static func withMessage(
    _ body: (csp_message) -> csp_status
  ) -> (status: csp_status, message: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      buffer.initialize(repeating: 0)
      let status = body(csp_message(text: buffer.baseAddress, capacity: buffer.count))
      let message = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return (status, String(decoding: message, as: UTF8.self))
    }
  }
}
