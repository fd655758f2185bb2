import Files
import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lines of a file or of standard input, as they come. A byte-order mark before the first is left out.
final class LineReader {
  /// What there is next.
  enum Next {
    /// A line without its newline. The last may have none.
    case line([UInt8], isEnded: Bool)
    /// Nothing yet, though more may come.
    case notYet
    /// Nothing more.
    case end
  }

  /// What to call it in messages.
  let name: String
  private let descriptor: Int32
  /// What is closed with the reader; `nil`: standard input.
  private let file: InputFile?
  private var bytes: [UInt8] = []
  /// Where the next line begins in ``bytes``.
  private var start = 0
  /// Where the search for its end goes on.
  private var searched = 0
  private var isAtEnd = false
  private var isFirst = true

  /// Opens the file at `path`, or standard input for `-`.
  init(_ path: String) throws(CommandFailure) {
    if path == "-" {
      descriptor = STDIN_FILENO
      file = nil
      name = "standard input"
      return
    }
    name = path
    let file = try FileIO.wrapping { () throws(FileError) in try InputFile(path, .stream) }
    descriptor = file.descriptor
    self.file = consume file
  }

  /// The next line.
  ///
  /// - Parameter waits: whether to wait for one. The user's Ctrl-C ends the wait, and the lines.
  /// - Complexity: O(length of the line), amortised.
  func next(waits: Bool = true) throws(CommandFailure) -> Next {
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer {
          start = end + 1
          searched = start
        }
        return .line(content(of: start..<end), isEnded: true)
      }
      searched = bytes.count
      if isAtEnd {
        guard start < bytes.count else { return .end }
        defer { start = bytes.count }
        return .line(content(of: start..<bytes.count), isEnded: false)
      }
      guard bytes.count - start <= FileIO.mostBytes else {
        throw .failure("\(name): a line is longer than \(FileIO.mostBytes >> 20) MiB")
      }
      guard try isReady(waits: waits) else {
        if Interruption.isRequested { return .end }
        if waits { continue }
        return .notYet
      }
      try fill()
    }
  }

  /// Whether a whole line was read and not handed out.
  var holdsLine: Bool { bytes[searched...].contains(UInt8(ascii: "\n")) }

  private func content(of line: Range<Int>) -> [UInt8] {
    defer { isFirst = false }
    return isFirst ? Array(bytes[line]).withoutByteOrderMark : Array(bytes[line])
  }

  /// Whether bytes, or the end, can be read without waiting.
  private func isReady(waits: Bool) throws(CommandFailure) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // Unlike `read`, `poll` comes back when a signal came.
    let count = poll(&request, 1, waits ? -1 : 0)
    guard count >= 0 || errno == EINTR else {
      throw .failure("\(name): can't be read: \(FileIO.lastError)")
    }
    return count > 0
  }

  private func fill() throws(CommandFailure) {
    bytes.removeFirst(start)
    searched -= start
    start = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 {
      bytes += chunk[..<count]
    } else if count == 0 {
      isAtEnd = true
    } else if errno != EINTR {
      throw .failure("\(name): can't be read: \(FileIO.lastError)")
    }
  }
}
