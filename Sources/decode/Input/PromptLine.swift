import ChatTemplates
import Generation
import JSON
import LanguageModeling
import Metrics

/// One line of a `--prompts` file, read.
struct PromptLine {
  /// What a line may ask to continue.
  enum Content {
    case text(String)
    case messages([ChatMessage])
    case tokens([TokenID])
  }

  /// What messages call it: the file and the line.
  let place: String
  /// What the user calls it, as the file writes it.
  var id: JSONValue?
  /// What comes back untouched.
  var metadata: JSONValue?
  /// What to continue, or why the line can't run.
  var content: Result<Content, CommandFailure>
  /// The settings of its own.
  var settings: [JSONMember] = []

  /// The members that mean something.
  private static let members = [
    "id", "prompt", "messages", "prompt_tokens", "metadata", "settings",
  ]

  /// Reads a line: a JSON string, or an object with one of `prompt`, `messages` and `prompt_tokens`.
  ///
  /// - Parameter ignoresUnknown: whether members that mean nothing are passed over.
  init(_ line: [UInt8], place: String, ignoresUnknown: Bool) {
    self.place = place
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      content = .failure(.failure("\(place): is not JSON: \(error)"))
      return
    }
    id = value["id"]
    metadata = value["metadata"]
    do throws(Fault) {
      if let text = value.string {
        content = .success(.text(text))
        return
      }
      guard let members = value.members else {
        throw Fault("is neither {\"prompt\": \"…\"} nor a JSON string")
      }
      if !ignoresUnknown { try Self.checkNames(members) }
      content = .success(try Self.content(members))
      settings = try Self.settings(value["settings"])
    } catch {
      content = .failure(.failure("\(place): \(error.sentence)"))
    }
  }

  /// Why a line can't run, in a sentence that follows its place.
  private struct Fault: Error {
    var sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  private static func checkNames(_ members: [JSONMember]) throws(Fault) {
    for member in members {
      guard !Self.members.contains(member.key) else { continue }
      if SettingCatalogue.parameter(named: member.key) != nil {
        throw Fault(
          "“\(member.key)” is a setting; write \"settings\": {\"\(member.key)\": …}")
      }
      let nearest = NearestName.nearest(to: member.key, in: Self.members)
      throw Fault(
        "“\(member.key)” means nothing here"
          + (nearest.map { "; did you mean “\($0)”?" }
            ?? "; leave it out, or give --ignore-unknown-keys"))
    }
  }

  private static func content(_ members: [JSONMember]) throws(Fault) -> Content {
    let given = members.filter { ["prompt", "messages", "prompt_tokens"].contains($0.key) }
    guard let first = given.first else {
      throw Fault("is neither {\"prompt\": \"…\"} nor a JSON string")
    }
    guard given.count == 1 else {
      throw Fault("“\(first.key)” and “\(given[1].key)” each give the prompt; give one of them")
    }
    switch first.key {
    case "prompt":
      guard let text = first.value.string else {
        throw Fault("“prompt” is a text; it can't be \(first.value.kind)")
      }
      return .text(text)
    case "messages": return .messages(try messages(first.value))
    default: return .tokens(try tokens(first.value))
    }
  }

  private static func messages(_ value: JSONValue) throws(Fault) -> [ChatMessage] {
    do throws(MessageList.Fault) {
      return try MessageList.messages(value, named: "“messages”")
    } catch {
      throw Fault(error.sentence)
    }
  }

  private static func tokens(_ value: JSONValue) throws(Fault) -> [TokenID] {
    guard case .array(let values) = value, !values.isEmpty else {
      throw Fault("“prompt_tokens” is a list of token ids, at least one")
    }
    var tokens: [TokenID] = []
    for value in values {
      guard case .integer(let number) = value, number >= 0, let token = TokenID(exactly: number)
      else { throw Fault("“prompt_tokens” holds \(value.text), which is no token id") }
      tokens.append(token)
    }
    return tokens
  }

  private static func settings(_ value: JSONValue?) throws(Fault) -> [JSONMember] {
    guard let value else { return [] }
    guard let members = value.members else {
      throw Fault("“settings” is an object of settings and their values; it can't be \(value.kind)")
    }
    return members
  }
}
