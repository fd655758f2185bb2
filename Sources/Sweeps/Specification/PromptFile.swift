import JSON

/// The prompts of a sweep: one JSON object a line.
public struct PromptFile: Hashable, Sendable {
  /// The prompts, in the order of the file.
  public let prompts: [SweepPrompt]
  /// The SHA-256 of what was read of them.
  public let digest: String

  /// Reads the prompts that a sweep asks for.
  ///
  /// A prompt's id is the line's `id`, a text or a whole number, or else the number of the line. References are a text
  /// or a list of texts. A conversation stands under `messages`, in the place of the prompt. Empty lines are ignored.
  ///
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - data: what the sweep file says of it.
  /// - Throws: ``SweepError/invalidData(file:line:reason:)`` for the first line that is wrong.
  public init(_ bytes: [UInt8], _ data: SweepSpecification.Data) throws(SweepError) {
    var prompts: [SweepPrompt] = []
    var lines: [String: Int] = [:]
    let rows = bytes.withoutByteOrderMark.split(
      separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in rows.enumerated() {
      if let limit = data.limit, prompts.count == limit { break }
      let text = line.last == 0x0D ? line.dropLast() : line
      if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      let number = index + 1
      let prompt = try LineReader(data: data, line: number).prompt(Array(text))
      if let other = lines.updateValue(number, forKey: prompt.id) {
        throw .invalidData(
          file: data.prompts, line: number,
          reason: "the id \(prompt.id) is that of line \(other) too; ids must differ")
      }
      prompts.append(prompt)
    }
    guard !prompts.isEmpty else {
      throw .invalidData(
        file: data.prompts, line: nil,
        reason:
          "holds no prompt; write one JSON object a line, such as {\"\(data.promptKey)\": \"…\"}"
      )
    }
    self.prompts = prompts
    digest = SweepIdentity.digest(
      of: .array(
        prompts.map { prompt in
          .array(
            [
              .string(prompt.id), .string(prompt.text),
              .array(prompt.references.map(JSONValue.string)),
            ] + (prompt.cluster.map { [.string($0)] } ?? [])
              + (prompt.messages.isEmpty ? [] : [prompt.messagesJSON]))
        }))
  }
}

/// Reads one line.
private struct LineReader {
  let data: SweepSpecification.Data
  let line: Int

  func prompt(_ bytes: [UInt8]) throws(SweepError) -> SweepPrompt {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw refusal("is not JSON: \(error)")
    }
    guard value.members != nil else { throw refusal("is \(value.kind), not an object") }
    let messages = try messages(value)
    guard let text = messages.last?.content ?? value[data.promptKey]?.string else {
      throw refusal("has no text under “\(data.promptKey)” (data.prompt_key)")
    }
    return SweepPrompt(
      id: try id(value["id"]), text: text, references: try references(value),
      cluster: try cluster(value),
      messages: messages.isEmpty && data.isChat
        ? [.init(role: "user", content: text)] : messages)
  }

  private func messages(_ value: JSONValue) throws(SweepError) -> [SweepPrompt.Message] {
    guard let list = value["messages"], data.promptKey != "messages" else { return [] }
    guard value[data.promptKey] == nil else {
      throw refusal("has “messages” and “\(data.promptKey)”; give one of them")
    }
    guard case .array(let turns) = list, !turns.isEmpty else {
      throw refusal("has “messages” that are no list of {\"role\": …, \"content\": …}")
    }
    var messages: [SweepPrompt.Message] = []
    for (index, turn) in turns.enumerated() {
      guard let role = turn["role"]?.string, let content = turn["content"]?.string,
        turn.members?.count == 2
      else {
        throw refusal(
          "message \(index + 1) has texts other than “role” and “content”, or lacks one")
      }
      messages.append(.init(role: role, content: content))
    }
    return messages
  }

  private func cluster(_ value: JSONValue) throws(SweepError) -> String? {
    guard let key = data.clusterKey else { return nil }
    switch value[key] {
    case .string(let cluster)?: return cluster
    case .integer(let cluster)?: return "\(cluster)"
    default:
      throw refusal("has neither a text nor a whole number under “\(key)” (data.cluster_key)")
    }
  }

  private func id(_ value: JSONValue?) throws(SweepError) -> String {
    switch value {
    case nil, .null?: return "\(line)"
    case .string(let id)? where !id.isEmpty: return id
    case .integer(let id)?: return "\(id)"
    default: throw refusal("has an id that is neither a text nor a whole number")
    }
  }

  private func references(_ value: JSONValue) throws(SweepError) -> [String] {
    guard let key = data.referenceKey else { return [] }
    switch value[key] {
    case .string(let reference)?: return [reference]
    case .array(let values)?:
      let references = values.compactMap(\.string)
      guard !references.isEmpty, references.count == values.count else {
        throw refusal("has under “\(key)” a list that isn't one of texts")
      }
      return references
    default: throw refusal("has no text under “\(key)” (data.reference_key)")
    }
  }

  private func refusal(_ reason: String) -> SweepError {
    .invalidData(file: data.prompts, line: line, reason: reason)
  }
}
