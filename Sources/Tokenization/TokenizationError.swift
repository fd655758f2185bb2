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
