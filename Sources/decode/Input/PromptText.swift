#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Text from files and standard input, as prompts take it.
enum PromptText {
  /// The text of the file at `path`, or of standard input for `-`, without one trailing newline.
  static func read(_ path: String, console: Console) throws(CommandFailure) -> String {
    path == "-"
      ? try readStandardInput(console: console)
      : text(of: try FileIO.readFile(path), name: path, console: console)
  }

  /// The text of standard input, without one trailing newline.
  static func readStandardInput(console: Console) throws(CommandFailure) -> String {
    let bytes = try FileIO.readAll(from: STDIN_FILENO, name: "standard input")
    return text(of: bytes, name: "standard input", console: console)
  }

  /// Whether something may wait on standard input: it is open, and no terminal.
  static var isPiped: Bool {
    fcntl(STDIN_FILENO, F_GETFD) != -1 && isatty(STDIN_FILENO) == 0
  }

  /// `bytes` as text: what isn't UTF-8 becomes U+FFFD, with a warning; one trailing newline goes.
  private static func text(of bytes: [UInt8], name: String, console: Console) -> String {
    var bytes = bytes[...]
    if bytes.last == UInt8(ascii: "\n") {
      bytes.removeLast()
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    console.warn("\(name): not all of it is UTF-8; what isn't was read as U+FFFD")
    return String(decoding: bytes, as: UTF8.self)
  }
}
