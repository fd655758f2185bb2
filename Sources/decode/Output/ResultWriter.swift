import Decoding
import JSON

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

  /// The results that were there before.
  let keptLineCount: Int

  /// Opens the file at `path`, or standard output. What a file held goes when the first result is there, so that a run
  /// that fails before leaves it alone.
  init(path: String?) throws(CommandFailure) {
    keptLineCount = 0
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

  /// Opens the results of a run that was stopped, to go on after them: a line that isn't whole goes, and so do lines from
  /// the first on whose text the user's Ctrl-C cut off.
  init(resuming path: String) throws(CommandFailure) {
    let kept = try Self.keptLines(of: path)
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    name = path
    holdsOldContents = false
    keptLineCount = kept.count
    guard descriptor >= 0 else { throw .failure("\(path): can't be written: \(FileIO.lastError)") }
    guard ftruncate(descriptor, off_t(kept.bytes)) == 0,
      lseek(descriptor, off_t(kept.bytes), SEEK_SET) >= 0
    else {
      throw .failure(
        "\(path): can't be gone on with: \(FileIO.lastError); --resume needs a regular file")
    }
  }

  /// The lines that a run that goes on leaves as they are, and their bytes.
  private static func keptLines(
    of path: String
  ) throws(CommandFailure) -> (count: Int, bytes: Int) {
    var kept = (count: 0, bytes: 0)
    guard FileIO.kind(of: path) != .nothing else { return kept }
    let reader = try LineReader(path)
    while case .line(let line, isEnded: true) = try reader.next() {
      guard let value = try? JSONValue(parsing: line),
        value["sequences"] != nil || value["error"] != nil
      else {
        throw .failure(
          "\(path), line \(kept.count + 1): is no result of --prompts; --resume goes on with those alone"
        )
      }
      if case .array(let sequences)? = value["sequences"],
        sequences.contains(where: {
          $0["finish_reason"]?.string == FinishReason.cancelled.rawValue
        })
      {
        break
      }
      kept = (kept.count + 1, kept.bytes + line.count + 1)
    }
    return kept
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
