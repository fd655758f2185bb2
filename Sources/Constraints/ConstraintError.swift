/// Why a language can't be compiled, or a matcher can't go on.
public enum ConstraintError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A regular expression that is malformed, or asks for what a regular language can't say.
  ///
  /// `offset` is the byte of the pattern's UTF-8 at which it was noticed.
  case regularExpression(pattern: String, offset: Int, reason: String)
  /// A grammar that is malformed. Lines and columns count from 1, columns in characters.
  case grammar(line: Int, column: Int, reason: String)
  /// A JSON schema that is malformed. `pointer` is the JSON pointer of the value at fault.
  case schema(pointer: String, reason: String)
  /// A keyword of a JSON schema that is understood and not enforced. `pointer` is the keyword's JSON pointer.
  case unsupported(pointer: String, reason: String)
  /// No text satisfies the constraint.
  case empty(reason: String)
  /// The constraint needs more than ``ConstraintLimits`` allows.
  case limit(reason: String)

  /// The place and the reason, in a sentence.
  public var description: String {
    switch self {
    case .regularExpression(let pattern, let offset, let reason):
      "regular expression “\(Self.excerpt(pattern))”: byte \(offset): \(reason)"
    case .grammar(let line, let column, let reason):
      "grammar: line \(line), column \(column): \(reason)"
    case .schema(let pointer, let reason):
      "JSON schema: \(Self.place(pointer)): \(reason)"
    case .unsupported(let pointer, let reason):
      "JSON schema: \(Self.place(pointer)): \(reason)"
    case .empty(let reason), .limit(let reason): reason
    }
  }

  /// A pointer as a URI's fragment; in other documents it has its URI before it.
  private static func place(_ pointer: String) -> String {
    pointer.contains("#") ? pointer : "#" + pointer
  }

  private static func excerpt(_ text: String) -> String {
    text.count > 60 ? text.prefix(60) + "…" : text
  }
}
