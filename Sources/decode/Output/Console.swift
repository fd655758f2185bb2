#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is said beside the results, on standard error.
struct Console: Sendable {
  /// How much is said.
  enum Verbosity: Int, Sendable {
    /// Errors alone.
    case quiet
    /// Warnings, and what is needed to repeat the run.
    case normal
    /// Timings and how the model was loaded as well.
    case verbose
  }

  var verbosity: Verbosity = .normal
  var colour: ColourMode = .auto

  /// Something that the user should know, though the run goes on.
  func warn(_ message: String) {
    guard verbosity != .quiet else { return }
    say(message, after: styled("warning:", .yellow) + " ")
  }

  /// What is needed to repeat the run.
  func note(_ message: String) {
    if verbosity != .quiet { say(message) }
  }

  /// What somebody who types may have overlooked; a script isn't told.
  func hint(_ message: String) {
    if verbosity != .quiet, isatty(STDERR_FILENO) == 1 { say(message) }
  }

  /// What only the curious want.
  func detail(_ message: String) {
    if verbosity == .verbose { say(message) }
  }

  /// Why the run ends.
  func error(_ message: String) {
    say(message, after: styled("error:", .red) + " ")
  }

  /// Progress, which stands on a line of its own.
  func progress(_ line: String) {
    say(line)
  }

  /// Lines that were asked for.
  func block(_ text: String) {
    try? FileIO.write(text, to: STDERR_FILENO, name: "standard error")
  }

  /// A line of a terminal that takes the place of the one before; an empty one takes it away.
  func line(_ text: String) {
    try? FileIO.write(
      "\r\u{1B}[2K" + text.printable(limit: 2000), to: STDERR_FILENO, name: "standard error")
  }

  private func styled(_ text: String, _ style: TextStyle) -> String {
    colour.applies(to: STDERR_FILENO) ? style.apply(to: text) : text
  }

  /// A message is one line of bounded length, whatever a file's name or a value holds. If standard error can't be
  /// written, nobody listens.
  private func say(_ message: String, after label: String = "") {
    let line = label + message.printable(limit: 2000)
    try? FileIO.write(line + "\n", to: STDERR_FILENO, name: "standard error")
  }
}
