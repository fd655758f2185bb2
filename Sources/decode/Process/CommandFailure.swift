/// Why the program ends without having done what it was asked.
enum CommandFailure: Error {
  /// Arguments or a configuration file are wrong: exit code 64.
  case usage(String)
  /// A file, a model or a disk failed: exit code 1.
  case failure(String)
  /// The user interrupted, and what there was is printed: exit code 130.
  case interrupted

  /// A scheduler stopped it, and it can go on: exit code 75.
  case stopped(String)
  /// A sweep finished with failed trials: exit code 3.
  case partial(String)

  /// Why, in a sentence; an interruption needs none.
  var message: String {
    switch self {
    case .usage(let message), .failure(let message), .stopped(let message), .partial(let message):
      message
    case .interrupted: ""
    }
  }

  /// The exit code.
  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .failure: 1
    case .interrupted: 130
    case .stopped: 75
    case .partial: 3
    }
  }
}
