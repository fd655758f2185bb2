#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where results go: standard output, or the file of `--out`. Nothing is held back: each piece is written at once.
final class ResultWriter {
  /// Where the bytes go.
  let descriptor: Int32
  private let name: String

  /// Opens the file at `path`, or standard output. A file that exists is replaced.
  init(path: String?) throws(CommandFailure) {
    guard let path else {
      descriptor = STDOUT_FILENO
      name = "standard output"
      return
    }
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    name = path
    guard descriptor >= 0 else { throw .failure("\(path): can't be written: \(FileIO.lastError)") }
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  /// Writes `text` as it is.
  func write(_ text: String) throws(CommandFailure) {
    try FileIO.write(text, to: descriptor, name: name)
  }

  /// Writes `text` and a newline.
  func writeLine(_ text: String) throws(CommandFailure) {
    try write(text + "\n")
  }
}
