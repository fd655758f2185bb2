internal import Files

/// Why a vocabulary can't be used, or a text not be encoded.
public enum TokenizationError: Error, Hashable, Sendable {
  /// The vocabulary file or metadata holds what can't be: which file, which field, why.
  case invalid(file: String, field: String, reason: String)
  /// The vocabulary file asks for something that isn't implemented; names it.
  case unsupported(file: String, field: String, what: String)
  /// The library refused.
  case failed(file: String, reason: String)
}

extension TokenizationError: CustomStringConvertible {
  /// One line: the file, the field and what is wrong.
  public var description: String {
    switch self {
    case .invalid(let file, let field, let reason): "\(file): \(field): \(reason)"
    case .unsupported(let file, let field, let what): "\(file): \(field): \(what) is not supported"
    case .failed(let file, let reason): "\(file): \(reason)"
    }
  }
}

extension TokenizationError {
  /// The bytes of a vocabulary's file, which is looked at before it is read.
  ///
  /// - Parameter limit: the most bytes that a vocabulary of its format has.
  static func readingFile(_ path: String, limit: Int) throws(TokenizationError) -> [UInt8] {
    let bytes: [UInt8]
    let count: Int
    do throws(FileError) {
      let file = try InputFile(path, .regular)
      count = file.byteCount ?? 0
      bytes = count <= limit ? try file.readAll() : []
    } catch {
      throw .failed(file: path, reason: error.sentence)
    }
    guard count <= limit else { throw tooLarge(path, count, limit: limit) }
    return bytes
  }

  /// The error of a file that is too large for a vocabulary.
  static func tooLarge(_ path: String, _ count: Int, limit: Int) -> TokenizationError {
    .invalid(
      file: path, field: "size", reason: "\(count) bytes; a vocabulary has at most \(limit)")
  }
}
