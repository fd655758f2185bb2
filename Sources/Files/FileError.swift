#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file can't be used: what was tried, and what the system says.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  package enum Step: String, Hashable, Sendable {
    case open = "opened"
    case read
    case write = "written"
  }

  /// The file.
  package var path: String
  /// What was tried.
  package var step: Step
  /// Why it can't be, to be read after a colon.
  package var reason: String

  package init(_ path: String, _ step: Step, reason: String) {
    self.path = path
    self.step = step
    self.reason = reason
  }

  /// What the system says of its last failure.
  init(_ path: String, _ step: Step) {
    self.init(path, step, reason: Self.lastReason)
  }

  /// `model.gguf: can't be opened: Permission denied`.
  package var description: String { "\(path): \(sentence)" }

  /// The same without the path.
  package var sentence: String { "can't be \(step.rawValue): \(reason)" }

  /// What the system says of its last failure.
  package static var lastReason: String { String(cString: strerror(errno)) }
}
