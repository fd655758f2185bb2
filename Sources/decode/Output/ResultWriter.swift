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
  /// Whether the file may still hold what it held before.
  private var holdsOldContents: Bool

  /// Opens the file at `path`, or standard output. What a file held goes when the first result is there, so that a run
  /// that fails before leaves it alone.
  init(path: String?) throws(CommandFailure) {
    guard let path else {
      descriptor = STDOUT_FILENO
      name = "standard output"
      holdsOldContents = false
      return
    }
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    name = path
    holdsOldContents = true
    guard descriptor >= 0 else { throw .failure("\(path): can't be written: \(FileIO.lastError)") }
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  /// Writes `text` as it is.
  func write(_ text: String) throws(CommandFailure) {
    if holdsOldContents {
      holdsOldContents = false
      // Devices and pipes have nothing to cut off, and refuse.
      _ = ftruncate(descriptor, 0)
    }
    try FileIO.write(text, to: descriptor, name: name)
  }

  /// Writes `text` and a newline.
  func writeLine(_ text: String) throws(CommandFailure) {
    try write(text + "\n")
  }
}
