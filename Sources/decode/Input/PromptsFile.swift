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

  private var lines: RecordLines
  private let ignoresUnknown: Bool

  /// What to call the file in messages.
  var name: String { lines.name }

  /// Opens the file at `path`, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - done: how many lines are passed over, empty ones not counted.
  ///   - ignoresUnknown: whether members that mean nothing are passed over.
  init(_ path: String, after done: Int, ignoresUnknown: Bool) throws(CommandFailure) {
    lines = try RecordLines(
      path, lack: "prompts; write one {\"prompt\": \"…\"} on each line", after: done)
    self.ignoresUnknown = ignoresUnknown
  }

  /// The next prompt.
  ///
  /// - Parameter waits: whether to wait for one.
  /// - Throws: `CommandFailure` where the file can't be read, and where it holds no prompt at all.
  mutating func next(waits: Bool) throws(CommandFailure) -> Next {
    switch try lines.next(waits: waits) {
    case .notYet: .notYet
    case .end: .end
    case .line(let line, let place):
      .line(PromptLine(line, place: place, ignoresUnknown: ignoresUnknown))
    }
  }

  /// How many prompts the file at `path` holds; `nil` for what can be read only once.
  static func count(_ path: String) throws(CommandFailure) -> Int? {
    guard path != "-", FileIO.isRegularFile(path) else { return nil }
    let reader = try LineReader(path)
    var count = 0
    while case .line(let line, _) = try reader.next() {
      if !RecordLines.isBlank(line) { count += 1 }
    }
    return count
  }
}
