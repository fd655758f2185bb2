import ChatTemplates

/// Tells thoughts from what is said in an answer that comes in pieces: what stands between `<think>` and `</think>`, as
/// DeepSeek-R1, Qwen3, SmolLM3 and others write it, the tags included.
///
///     var scanner = ThoughtScanner()
///     scanner.append("<think>Hm.</th")  // [<think>Hm.: a thought]
///     scanner.append("ink>Yes.")  // [</think>: a thought, Yes.]
public struct ThoughtScanner: Sendable {
  /// A part of an answer.
  public struct Piece: Hashable, Sendable {
    /// The text, which is never empty.
    public var text: String
    /// Whether it belongs to a thought.
    public var isThought: Bool
  }

  /// What begins a thought.
  static let opening = "<think>"
  /// What ends one.
  static let closing = "</think>"

  private var isThought: Bool
  /// What may be the beginning of a tag.
  private var held = ""

  /// - Parameter startsInThought: whether the answer goes on with a thought that its prompt began
  ///   (``Conversation/answersBeginWithThought``).
  public init(startsInThought: Bool = false) { isThought = startsInThought }

  /// The parts that are certain once `text` has come. What may be the beginning of a tag waits for the next.
  public mutating func append(_ text: String) -> [Piece] {
    var rest = Substring(held + text)
    held = ""
    var pieces: [Piece] = []
    while !rest.isEmpty {
      let tag = isThought ? Self.closing : Self.opening
      if let range = rest.firstRange(of: tag) {
        // The tags belong to the thought.
        add(rest[..<(isThought ? range.upperBound : range.lowerBound)], to: &pieces)
        isThought.toggle()
        if isThought { add(rest[range], to: &pieces) }
        rest = rest[range.upperBound...]
        continue
      }
      let start = rest.indices.suffix(tag.count - 1).first { tag.hasPrefix(rest[$0...]) }
      add(rest[..<(start ?? rest.endIndex)], to: &pieces)
      held = start.map { String(rest[$0...]) } ?? ""
      break
    }
    return pieces
  }

  /// What still waits when the answer is complete.
  public mutating func finish() -> [Piece] {
    var pieces: [Piece] = []
    add(held[...], to: &pieces)
    held = ""
    return pieces
  }

  private func add(_ text: Substring, to pieces: inout [Piece]) {
    guard !text.isEmpty else { return }
    if pieces.last?.isThought == isThought {
      pieces[pieces.count - 1].text += text
    } else {
      pieces.append(Piece(text: String(text), isThought: isThought))
    }
  }
}

extension Conversation {
  /// Whether the template begins answers with a thought, so that they hold its end alone.
  ///
  /// - Throws: ``InferenceError`` where the template refuses the conversation.
  public var answersBeginWithThought: Bool {
    get throws(InferenceError) {
      let text = try model.render(messages + [.init(role: Self.userRole, content: "")])
      guard let last = text.ranges(of: ThoughtScanner.opening).last else { return false }
      return text[last.upperBound...].allSatisfy(\.isWhitespace)
    }
  }
}
