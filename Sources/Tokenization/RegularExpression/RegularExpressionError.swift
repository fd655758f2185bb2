/// Why a regular expression can't be used.
enum RegularExpressionError: Error, Hashable {
  /// It breaks the language's rules.
  case malformed(String)
  /// It asks for something that isn't implemented; names it.
  case unsupported(String)
}
