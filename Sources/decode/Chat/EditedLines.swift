#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines that are typed on a terminal, with editing and a history: the system's libedit, where there is one. It is looked
/// for when the program runs, so that nothing needs it to be built.
final class EditedLines: LineSource {
  private typealias Reading = @convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?
  private typealias Remembering = @convention(c) (UnsafePointer<CChar>?) -> CInt

  private let read: Reading
  private let remember: Remembering

  /// What the library is called on the systems that have it.
  private static let names = ["libedit.so.2", "libedit.so.0", "libedit.3.dylib", "libedit.dylib"]

  /// - Returns: `nil` where there is no libedit, or no terminal that it can work on.
  init?() {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, Environment["TERM"] != "dumb",
      let library = Self.names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first,
      let read = dlsym(library, "readline"), let remember = dlsym(library, "add_history")
    else { return nil }
    self.read = unsafeBitCast(read, to: Reading.self)
    self.remember = unsafeBitCast(remember, to: Remembering.self)
    // Characters of several bytes are one character to it under a locale that says so.
    if Self.isUTF8(setlocale(LC_CTYPE, "")) { return }
    setlocale(LC_CTYPE, "C.UTF-8")
  }

  private static func isUTF8(_ locale: UnsafeMutablePointer<CChar>?) -> Bool {
    let name = locale.map { String(cString: $0).lowercased() } ?? ""
    return name.contains("utf-8") || name.contains("utf8")
  }

  func next(prompt: String) throws(CommandFailure) -> TypedLine {
    guard let text = prompt.withCString({ read($0) }) else {
      return Interruption.isRequested ? .interrupted : .end
    }
    defer { free(text) }
    let line = String(cString: text)
    if !line.allSatisfy(\.isWhitespace) { _ = remember(text) }
    return .line(line)
  }

  /// Whether the terminal has bytes already. It hands out whole lines alone unless it is told otherwise.
  var isMoreWaiting: Bool {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return false }
    var raw = settings
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    guard tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0 else { return false }
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &settings) }
    return isInputWaiting
  }
}
