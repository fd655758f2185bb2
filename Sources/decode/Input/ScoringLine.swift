import Inference
import JSON
import Metrics

/// One line of a `--texts` file, read.
struct ScoringLine {
  /// What messages call it: the file and the line.
  let place: String
  /// What the user calls it, as the file writes it.
  var id: JSONValue?
  /// What comes back untouched.
  var metadata: JSONValue?
  /// What to score, or why the line can't be.
  var text: Result<ScoringText, CommandFailure>

  /// The members that mean something.
  private static let members = ["id", "text", "context", "continuation", "metadata"]

  /// Reads a line: a JSON string, or an object with `text`, or with `context` and `continuation`.
  ///
  /// - Parameter ignoresUnknown: whether members that mean nothing are passed over.
  init(_ line: [UInt8], place: String, ignoresUnknown: Bool) {
    self.place = place
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      text = .failure(.failure("\(place): is not JSON: \(error)"))
      return
    }
    id = value["id"]
    metadata = value["metadata"]
    do throws(MessageList.Fault) {
      text = .success(try Self.text(value, ignoresUnknown: ignoresUnknown))
    } catch {
      text = .failure(.failure("\(place): \(error.sentence)"))
    }
  }

  private static func text(
    _ value: JSONValue, ignoresUnknown: Bool
  ) throws(MessageList.Fault) -> ScoringText {
    if let text = value.string { return .text(text) }
    let forms = "{\"text\": \"…\"} nor {\"context\": \"…\", \"continuation\": \"…\"}"
    guard let members = value.members else { throw .init("is neither \(forms)") }
    if !ignoresUnknown,
      let unknown = members.first(where: { !Self.members.contains($0.key) })
    {
      let nearest = NearestName.nearest(to: unknown.key, in: Self.members)
      throw .init(
        "“\(unknown.key)” means nothing here"
          + (nearest.map { "; did you mean “\($0)”?" }
            ?? "; leave it out, or give --ignore-unknown-keys"))
    }
    func string(_ key: String) throws(MessageList.Fault) -> String? {
      guard let member = value[key] else { return nil }
      guard let text = member.string else {
        throw .init("“\(key)” is a text; it can't be \(member.kind)")
      }
      return text
    }
    switch (try string("text"), try string("context"), try string("continuation")) {
    case (let text?, nil, nil): return .text(text)
    case (nil, let context?, let continuation?): return .continuation(continuation, after: context)
    case (nil, nil, nil): throw .init("is neither \(forms)")
    case (nil, _, _): throw .init("“context” and “continuation” belong together; give both")
    case (_, _, _):
      throw .init("“text” stands alone; leave it out beside “context” and “continuation”")
    }
  }
}

/// A file of texts to score, one a line, read as it comes. Empty lines are skipped.
struct ScoringFile {
  /// What there is next.
  enum Next {
    case line(ScoringLine)
    /// Nothing yet, though more may come.
    case notYet
    /// Nothing more.
    case end
  }

  private var lines: RecordLines
  private let ignoresUnknown: Bool

  /// Opens the file at `path`, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - done: how many lines are passed over, empty ones not counted.
  ///   - ignoresUnknown: whether members that mean nothing are passed over.
  init(_ path: String, after done: Int, ignoresUnknown: Bool) throws(CommandFailure) {
    lines = try RecordLines(
      path, lack: "texts; write one {\"text\": \"…\"} on each line", after: done)
    self.ignoresUnknown = ignoresUnknown
  }

  /// The next text.
  ///
  /// - Parameter waits: whether to wait for one.
  /// - Throws: `CommandFailure` where the file can't be read, and where it holds no text at all.
  mutating func next(waits: Bool) throws(CommandFailure) -> Next {
    switch try lines.next(waits: waits) {
    case .notYet: .notYet
    case .end: .end
    case .line(let line, let place):
      .line(ScoringLine(line, place: place, ignoresUnknown: ignoresUnknown))
    }
  }
}
