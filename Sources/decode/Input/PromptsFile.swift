/// A file of prompts, one a line, read as it comes. Empty lines are skipped.
struct PromptsFile {
  /// What there is next.
  enum Next {
    case line(PromptLine)
    /// Nothing yet, though more may come.
    case notYet
    /// Nothing more.
    case end
  }

  private let reader: LineReader
  private let ignoresUnknown: Bool
  /// Lines that are passed over because their results are there.
  private var done: Int
  /// Lines read, empty ones included.
  private var number = 0
  private var isEmpty = true

  /// What to call the file in messages.
  var name: String { reader.name }

  /// Opens the file at `path`, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - done: how many lines are passed over, empty ones not counted.
  ///   - ignoresUnknown: whether members that mean nothing are passed over.
  init(_ path: String, after done: Int, ignoresUnknown: Bool) throws(CommandFailure) {
    reader = try LineReader(path)
    self.done = done
    self.ignoresUnknown = ignoresUnknown
  }

  /// The next prompt.
  ///
  /// - Parameter waits: whether to wait for one.
  /// - Throws: `CommandFailure` where the file can't be read, and where it holds no prompt at all.
  mutating func next(waits: Bool) throws(CommandFailure) -> Next {
    while true {
      switch try reader.next(waits: waits) {
      case .notYet: return .notYet
      case .end:
        guard !isEmpty || Interruption.isRequested else {
          throw .failure("\(name): holds no prompts; write one {\"prompt\": \"…\"} on each line")
        }
        return .end
      case .line(let line, _):
        number += 1
        guard !Self.isBlank(line) else { continue }
        isEmpty = false
        guard done == 0 else {
          done -= 1
          continue
        }
        return .line(
          PromptLine(line, place: "\(name), line \(number)", ignoresUnknown: ignoresUnknown))
      }
    }
  }

  /// How many prompts the file at `path` holds; `nil` for what can be read only once.
  static func count(_ path: String) throws(CommandFailure) -> Int? {
    guard path != "-", FileIO.isRegularFile(path) else { return nil }
    let reader = try LineReader(path)
    var count = 0
    while case .line(let line, _) = try reader.next() {
      if !isBlank(line) { count += 1 }
    }
    return count
  }

  static func isBlank(_ line: [UInt8]) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }
}
