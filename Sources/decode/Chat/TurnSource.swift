#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What whoever talks types next.
enum TypedLine: Hashable {
  /// A line, without its newline.
  case line(String)
  /// Ctrl-C: what was typed is given up.
  case interrupted
  /// Ctrl-D, or the end of what is piped in.
  case end
}

/// Where lines come from: a terminal with or without editing, or a pipe.
protocol LineSource: AnyObject {
  /// The next line, asked for by `prompt` where somebody types.
  func next(prompt: String) throws(CommandFailure) -> TypedLine

  /// Whether more lines wait already, as after a paste.
  var isMoreWaiting: Bool { get }
}

extension LineSource {
  /// Whether standard input has bytes, or gets some at once: a terminal over a network may hand a paste over in several
  /// parts.
  var isInputWaiting: Bool {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 20) > 0
  }
}

/// The turns of a conversation: lines, joined where they belong together.
struct TurnSource {
  private let lines: any LineSource

  init(_ lines: any LineSource) { self.lines = lines }

  /// The next turn. A line that ends in `\` goes on with the next, and on a terminal so do lines that are pasted
  /// together.
  mutating func next() throws(CommandFailure) -> TypedLine {
    var text = ""
    var prompt = "> "
    while true {
      switch try lines.next(prompt: prompt) {
      case .interrupted: return .interrupted
      case .end: return text.isEmpty ? .end : .line(text)
      case .line(let line):
        let goesOn = line.hasSuffix("\\")
        text += goesOn ? line.dropLast() + "\n" : line
        // Commands that are typed ahead are lines of their own.
        let isCommand = text.hasPrefix("/") && !text.hasPrefix("//")
        guard goesOn || !isCommand && lines.isMoreWaiting else { return .line(text) }
        if !goesOn { text += "\n" }
        prompt = ". "
      }
    }
  }
}
