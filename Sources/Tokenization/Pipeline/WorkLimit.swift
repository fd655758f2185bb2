/// A vocabulary's file asks for more work on a text than any published one does.
enum WorkLimit: Error {
  /// A regular expression takes too many steps.
  case backtracking
  /// Normalizers make the text too long.
  case growth

  /// What is wrong, to be read after the file's name.
  var reason: String {
    switch self {
    case .backtracking: "a regular expression of the file takes too long on this text"
    case .growth: "the normalizers of the file make this text too long"
    }
  }
}
