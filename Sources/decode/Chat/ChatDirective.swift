import Metrics
import Models

/// What a line of a chat asks for that isn't said to the model.
enum ChatDirective: Hashable {
  case help, reset, undo, retry, settings, quit
  case system(String)
  case set(String)
  case drop(Int)
  case save(String)
  case load(String)

  /// What each is called, what follows it, and what it does.
  static let descriptions: [(name: String, argument: String, help: String)] = [
    ("help", "", "lists these"),
    ("system", "TEXT", "says how to answer; without a text, nothing"),
    ("reset", "", "forgets everything but the system's turn"),
    ("undo", "", "takes the last turn and its answer back"),
    ("retry", "", "answers the last turn once more"),
    ("drop", "N", "forgets the first N turns and their answers"),
    ("set", "NAME=VALUE", "changes a setting; without a value, as it was at the start"),
    ("settings", "", "shows the settings and where each came from"),
    ("save", "FILE", "writes the conversation as JSON, as --messages reads it"),
    ("load", "FILE", "goes on from a conversation in a file"),
    ("quit", "", "leaves, as Ctrl-D does"),
  ]

  /// Reads a line; `nil`: it is said to the model. A line that begins with `//` says what follows the first stroke.
  init?(_ line: String) throws(CommandFailure) {
    guard line.hasPrefix("/"), !line.hasPrefix("//") else { return nil }
    let name = line.dropFirst().prefix { !$0.isWhitespace }
    let rest = line.dropFirst(name.count + 1)
    let text = String(
      rest.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    func plain(_ directive: ChatDirective) throws(CommandFailure) -> ChatDirective {
      guard text.isEmpty else {
        throw .usage("/\(name) stands alone; leave “\(text)” out")
      }
      return directive
    }
    func path() throws(CommandFailure) -> String {
      guard !text.isEmpty else { throw .usage("/\(name): give the name of a file") }
      return HomeDirectory.expanding(text)
    }
    switch name {
    case "help": self = try plain(.help)
    case "reset": self = try plain(.reset)
    case "undo": self = try plain(.undo)
    case "retry": self = try plain(.retry)
    case "settings": self = try plain(.settings)
    case "quit", "exit": self = try plain(.quit)
    case "system": self = .system(text)
    case "set": self = .set(text)
    case "save": self = .save(try path())
    case "load": self = .load(try path())
    case "drop":
      guard let count = Int(text), count > 0 else {
        throw .usage("/drop: give the number of turns, such as /drop 2")
      }
      self = .drop(count)
    default:
      let nearest = NearestName.nearest(to: String(name), in: Self.descriptions.map(\.name))
      throw .usage(
        "there is no command /\(name)"
          + (nearest.map { "; did you mean /\($0)?" }
            ?? "; /help lists them, and // begins a turn with a stroke"))
    }
  }
}
