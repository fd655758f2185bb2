import ChatTemplates
import JSON

/// A conversation as files hold it: a JSON array of `{"role": …, "content": …}`, oldest turn first.
enum MessageList {
  /// Why a list can't be used, in a sentence.
  struct Fault: Error {
    var sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  /// The turns of a list, at least one.
  ///
  /// - Parameter name: what to call the list.
  static func messages(_ value: JSONValue, named name: String) throws(Fault) -> [ChatMessage] {
    guard case .array(let turns) = value, !turns.isEmpty else {
      throw Fault("\(name) is a list of {\"role\": …, \"content\": …}, at least one")
    }
    var messages: [ChatMessage] = []
    for (index, turn) in turns.enumerated() {
      guard let role = turn["role"]?.string, let content = turn["content"]?.string else {
        throw Fault("message \(index + 1): “role” and “content” are texts; give both")
      }
      if let other = turn.members?.first(where: { $0.key != "role" && $0.key != "content" }) {
        throw Fault("message \(index + 1): “\(other.key)” isn't supported; leave it out")
      }
      messages.append(ChatMessage(role: role, content: content))
    }
    return messages
  }

  /// The conversation in the file at `path`, or on standard input for `-`.
  static func read(_ path: String) throws(CommandFailure) -> [ChatMessage] {
    let name = path == "-" ? "standard input" : path
    let bytes =
      path == "-" ? try FileIO.readAll(from: 0, name: name) : try FileIO.readFile(path)
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes.withoutByteOrderMark)
    } catch {
      throw .failure("\(name): is not JSON: \(error)")
    }
    do throws(Fault) {
      return try messages(value, named: "a conversation")
    } catch {
      throw .failure("\(name): \(error.sentence)")
    }
  }

  /// The conversation as text that ``read(_:)`` takes: a message a line.
  static func text(_ messages: [ChatMessage]) -> String {
    let lines = messages.map {
      JSONValue.members(["role": .string($0.role), "content": .string($0.content)]).text
    }
    return "[\n  " + lines.joined(separator: ",\n  ") + "\n]\n"
  }
}
