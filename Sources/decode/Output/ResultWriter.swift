import Files
import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where results go: standard output, or the file of `--out`.
final class ResultWriter {
  private enum Destination: ~Copyable {
    case standardOutput
    /// A file that appears when it is whole.
    case whole(OutputFile)
    /// A file that grows by whole lines, or what isn't a file.
    case lines(LineFile)
    /// Nothing more is written.
    case finished
  }

  private var destination: Destination

  /// The results that were there before.
  let keptLineCount: Int

  /// Where the bytes go at once; -1 where they go to a file that appears later.
  let descriptor: Int32

  /// Opens the file at `path`, or standard output, for lines that each are a whole result: they are written at once.
  init(path: String?) throws(CommandFailure) {
    keptLineCount = 0
    guard let path else {
      descriptor = STDOUT_FILENO
      destination = .standardOutput
      return
    }
    let file = try Self.lines(path)
    descriptor = file.descriptor
    destination = .lines(file)
  }

  /// Opens the file at `path`, or standard output, for a text that is a result as a whole. A file appears, or is replaced,
  /// at ``finish()``; one that is dropped before leaves nothing behind.
  init(whole path: String?) throws(CommandFailure) {
    keptLineCount = 0
    guard let path else {
      descriptor = STDOUT_FILENO
      destination = .standardOutput
      return
    }
    if let target = OutputFile.target(of: path) {
      do throws(FileError) {
        destination = .whole(try OutputFile(path: target))
        descriptor = -1
        return
      } catch {
        // A file may be writable where its directory isn't.
      }
    }
    let file = try Self.lines(path)
    descriptor = file.descriptor
    destination = .lines(file)
  }

  /// What a line of results that are there means for a run that goes on.
  enum KeptLine {
    /// It stays.
    case whole
    /// It goes, and so does what comes after it: the user's Ctrl-C cut it off.
    case cutOff
    /// It is no result of the kind.
    case foreign
  }

  /// Opens the results of a run that was stopped, to go on after them: a line that isn't whole goes, and so do lines from
  /// the first on that was cut off.
  ///
  /// - Parameters:
  ///   - flag: what the results are of.
  ///   - judge: is asked about each line in order.
  init(
    resuming path: String, of flag: String, _ judge: (JSONValue) -> KeptLine
  ) throws(CommandFailure) {
    let kept = try Self.keptLines(of: path, flag: flag, judge)
    let file = try FileIO.wrapping { () throws(FileError) in
      try LineFile(path, after: kept.bytes)
    }
    keptLineCount = kept.count
    descriptor = file.descriptor
    destination = .lines(file)
  }

  private static func lines(_ path: String) throws(CommandFailure) -> LineFile {
    try FileIO.wrapping { () throws(FileError) in try LineFile(path) }
  }

  /// The lines that a run that goes on leaves as they are, and their bytes.
  private static func keptLines(
    of path: String, flag: String, _ judge: (JSONValue) -> KeptLine
  ) throws(CommandFailure) -> (count: Int, bytes: Int) {
    var kept = (count: 0, bytes: 0)
    guard FileIO.kind(of: path) != .nothing else { return kept }
    let reader = try LineReader(path)
    while case .line(let line, isEnded: true) = try reader.next() {
      let value = try? JSONValue(parsing: line)
      switch value.map(judge) ?? .foreign {
      case .whole: break
      case .cutOff: return kept
      // A line that couldn't be run stays one.
      case .foreign where value?["error"] != nil: break
      case .foreign:
        throw .failure(
          "\(path), line \(kept.count + 1): is no result of \(flag); --resume goes on with those alone"
        )
      }
      kept = (kept.count + 1, kept.bytes + line.count + 1)
    }
    return kept
  }

  /// Writes `text` as it is.
  func write(_ text: String) throws(CommandFailure) {
    try FileIO.wrapping { () throws(FileError) in try write(Array(text.utf8)) }
  }

  /// Writes `text` and a newline.
  func writeLine(_ text: String) throws(CommandFailure) {
    try write(text + "\n")
  }

  /// Gives a file that was written as a whole its name. Nothing can be written afterwards.
  func finish() throws(CommandFailure) {
    try FileIO.wrapping { () throws(FileError) in
      switch exchange(&destination, with: .finished) {
      case .whole(let file): try file.commit()
      case .standardOutput: break
      case .lines: break
      case .finished: break
      }
    }
  }

  private func write(_ bytes: [UInt8]) throws(FileError) {
    switch exchange(&destination, with: .finished) {
    case .standardOutput:
      destination = .standardOutput
      try Descriptor.write(bytes, to: STDOUT_FILENO, name: "standard output")
    case .whole(var file):
      try file.write(bytes)
      destination = .whole(file)
    case .lines(let file):
      destination = .lines(file)
      try file.write(bytes)
    case .finished: break
    }
  }
}

/// Puts `value` where another was, and returns that.
private func exchange<Value: ~Copyable>(
  _ place: inout Value, with value: consuming Value
) -> Value {
  let old = place
  place = value
  return old
}
