/// The lines of a file of records, read as they come. Empty lines are skipped.
struct RecordLines {
  /// What there is next.
  enum Next {
    /// A line, and where it stands, to be read before a colon.
    case line([UInt8], place: String)
    /// Nothing yet, though more may come.
    case notYet
    /// Nothing more.
    case end
  }

  private let reader: LineReader
  /// What a file without records lacks and how to write it, after “holds no”.
  private let lack: String
  /// Lines read, empty ones included.
  private var number = 0
  private var isEmpty = true
  /// Records that are passed over because their results are there.
  private var done: Int

  /// What to call the file in messages.
  var name: String { reader.name }

  /// Opens the file at `path`, or standard input for `-`.
  ///
  /// - Parameter done: how many records are passed over.
  init(_ path: String, lack: String, after done: Int) throws(CommandFailure) {
    reader = try LineReader(path)
    self.lack = lack
    self.done = done
  }

  /// The next line that isn't empty or passed over.
  ///
  /// - Parameter waits: whether to wait for one.
  /// - Throws: `CommandFailure` where the file can't be read, and where it holds no record at all.
  mutating func next(waits: Bool) throws(CommandFailure) -> Next {
    while true {
      switch try reader.next(waits: waits) {
      case .notYet: return .notYet
      case .end:
        guard !isEmpty || Interruption.isRequested else {
          throw .failure("\(name): holds no \(lack)")
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
        return .line(line, place: "\(name), line \(number)")
      }
    }
  }

  /// Whether a line holds no record.
  static func isBlank(_ line: [UInt8]) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }
}
