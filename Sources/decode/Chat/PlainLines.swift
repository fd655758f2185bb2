#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines of standard input as they come, with no editing but the terminal's own.
final class PlainLines: LineSource {
  private let reader: LineReader
  /// Whether somebody types, so that a prompt is wanted.
  private let isTerminal: Bool
  private let console: Console

  init(isTerminal: Bool, console: Console) throws(CommandFailure) {
    reader = try LineReader("-")
    self.isTerminal = isTerminal
    self.console = console
  }

  func next(prompt: String) throws(CommandFailure) -> TypedLine {
    if isTerminal { try FileIO.write(prompt, to: STDERR_FILENO, name: "standard error") }
    switch try reader.next() {
    case .line(let bytes, _):
      var line = String(decoding: bytes, as: UTF8.self)
      if line.hasSuffix("\r") { line.removeLast() }
      return .line(line)
    case .notYet, .end: return Interruption.isRequested ? .interrupted : .end
    }
  }

  /// Whether another line is there, read already or not yet: a terminal hands out one at a time.
  var isMoreWaiting: Bool {
    isTerminal && (reader.holdsLine || isInputWaiting)
  }
}
