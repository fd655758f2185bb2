package import Files

/// Why a model file can't be used. Each case names the file, and the field and the byte offset where there is one.
public enum CheckpointError: Error, Hashable, Sendable {
  /// The file can't be opened or mapped.
  case cannotOpen(file: String, reason: String)
  /// The file ends before the field does.
  case truncated(file: String, field: String, offset: Int, needed: UInt64, available: UInt64)
  /// The field holds what the format forbids.
  case invalid(file: String, field: String, offset: Int?, reason: String)
  /// The file is something else than what is expected where it stands.
  case foreign(file: String, signature: FileSignature)
  /// The field holds what the format allows and this reader doesn't know.
  case unsupported(file: String, field: String, offset: Int?, what: String)
  /// The file can't be written.
  case cannotWrite(file: String, reason: String)
}

extension CheckpointError {
  /// What a file's failure is to who reads or writes a model.
  package init(_ error: FileError) {
    self =
      error.step == .write
      ? .cannotWrite(file: error.path, reason: error.reason)
      : .cannotOpen(file: error.path, reason: error.reason)
  }

  /// Runs `body`, whose failures are those of a file.
  static func wrapping<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(CheckpointError) -> Value {
    do { return try body() } catch { throw CheckpointError(error) }
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One line: what is wrong, in which file and field, and where.
  public var description: String {
    switch self {
    case .foreign(let file, let signature): "\(file): \(signature.explanation)"
    case .cannotOpen(let file, let reason):
      "\(file): can't be opened: \(reason)"
    case .truncated(let file, let field, let offset, let needed, let available):
      "\(file): \(field), at byte \(offset): needs \(needed) bytes and \(available) are left; is the file complete?"
    case .invalid(let file, let field, let offset, let reason):
      "\(file): \(field)\(offset.map { ", at byte \($0)" } ?? ""): \(reason)"
    case .unsupported(let file, let field, let offset, let what):
      "\(file): \(field)\(offset.map { ", at byte \($0)" } ?? ""): \(what) is not supported"
    case .cannotWrite(let file, let reason):
      "\(file): can't be written: \(reason)"
    }
  }
}
