import Foundation
import TestSupport
import Testing

/// `decode chat` where nobody types, and `--messages`.
@Suite struct ChatTests {
  private static let flags = ["-n", "8", "-s", "3", "-t", "1", "--temp", "0.8"]

  private func chat(
    _ lines: String, _ model: ChattingModel, _ arguments: [String] = []
  ) throws -> ProcessResult {
    try DecodeProcess.run(
      ["chat", "-m", model.path] + Self.flags + arguments, input: Array(lines.utf8))
  }

  @Test func eachLineIsAnsweredAsTheMessagesAre() throws {
    let model = try ChattingModel()
    let saved = model.path + "/talk.json"
    let result = try chat(
      "Who was he?\nAnd \\\nthen?\n/save \(saved)\n", model, ["--system", "Tell."])
    #expect(result.code == 0)
    let messages = try #require(
      JSONSerialization.jsonObject(
        with: try Data(contentsOf: URL(fileURLWithPath: saved))) as? [[String: String]])
    #expect(messages.map { $0["role"] } == ["system", "user", "assistant", "user", "assistant"])
    #expect(messages[3]["content"] == "And \nthen?")
    let answers = messages.compactMap { $0["role"] == "assistant" ? $0["content"] : nil }
    func line(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }
    #expect(result.output == answers.map(line).joined(separator: "\n"))
    // The same from the file, up to the last answer.
    let earlier = try JSONSerialization.data(withJSONObject: Array(messages.dropLast()))
    try earlier.write(to: URL(fileURLWithPath: model.path + "/earlier.json"))
    let again = try DecodeProcess.run(
      ["-m", model.path, "--messages", model.path + "/earlier.json"] + Self.flags)
    #expect(again.output == answers[1] + "\n")
  }

  @Test func whatIsTakenBackWasNeverSaid() throws {
    let model = try ChattingModel()
    let plain = try chat("One?\nThree?\n", model)
    let undone = try chat("One?\nTwo?\n/undo\nThree?\n", model)
    let blocks = undone.output.split(separator: "\n\n")
    #expect(undone.code == 0 && blocks.count >= 3)
    #expect(undone.output.hasSuffix(plain.output.split(separator: "\n\n", maxSplits: 1)[1]))
    #expect(undone.errors.contains("taken back: Two?"))
  }

  @Test func settingsChangeOnTheWayAndBack() throws {
    let model = try ChattingModel()
    let lines = "/set max_new_tokens=1\nOne?\n/set max-new-tokens=\n/reset\nOne?\n"
    let result = try chat(lines, model)
    let plain = try chat("One?\n", model)
    #expect(result.code == 0 && result.output.hasSuffix("\n\n" + plain.output))
    #expect(result.errors.contains("the answer ends after 1 tokens"))
  }

  @Test func whatCannotBeDoneIsToldAndTheChatGoesOn() throws {
    let model = try ChattingModel()
    let bad: [(line: String, reason: String)] = [
      ("/undoo", "there is no command /undoo; did you mean /undo?"),
      ("/undo x", "/undo stands alone"),
      ("/set top_q=1", "there is no setting “top_q”; did you mean “top_k”?"),
      ("/set top_p=7", "top_p is a number above 0"), ("/set top_p", "write NAME=VALUE"),
      ("/set num_return_sequences=2", "these settings give 2"),
      ("/save", "give the name of a file"),
      ("/load /nowhere.json", "/nowhere.json: can't be opened"), ("/drop x", "give the number"),
    ]
    let result = try chat(bad.map { $0.line + "\n" }.joined() + "//retry?\n", model)
    let errors = result.errors.split(separator: "\n")
    #expect(result.code == 1 && !result.output.isEmpty)
    for (index, (line, reason)) in bad.enumerated() {
      #expect(errors[index].contains(reason), "\(line): \(errors[index])")
    }
    #expect(result.errors.contains("\(bad.count) of the lines couldn't be done"))
  }

  @Test func aFullContextSaysWhatToDrop() throws {
    let model = try ChattingModel(contextLength: 96)
    let lines = String(repeating: "Tell me more of the king and his daughter.\n", count: 6)
    let result = try chat(lines, model)
    #expect(result.code == 1 && result.errors.contains("/drop"))
  }

  @Test func badConversationsAreRefusedByName() throws {
    let model = try ChattingModel()
    for (text, reason) in [
      ("[", "is not JSON"), ("{}", "a conversation is a list"), ("[]", "at least one"),
      (#"[{"role": "user"}]"#, "message 1: “role” and “content” are texts"),
      (#"[{"role": "user", "content": "a", "name": "x"}]"#, "message 1: “name” isn't supported"),
    ] {
      let path = model.path + "/bad.json"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let result = try DecodeProcess.run(["-m", model.path, "--messages", path])
      #expect(result.code == 1 && result.errors.hasPrefix("error: \(path): "))
      #expect(result.errors.contains(reason), "\(result.errors)")
    }
    let plain = try DecodeProcess.run("chat", input: "a\n")
    #expect(plain.code == 64 && plain.errors.contains("has no chat template"))
    for flags in ["--chat", "--prompt-tokens 5", "--no-parse-special"] {
      let result = try DecodeProcess.run("--messages x.json \(flags)")
      #expect(result.code == 64, "\(flags)")
    }
  }

  @Test func withoutALimitTheContextIsTheEnd() throws {
    let result = try DecodeProcess.run("-n -1 --ignore-eos -s 1 -c 48 --json Once")
    let object = try result.object()
    let tokens = try #require(object["prompt_tokens"] as? [Int])
    let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
    // The last token needs no place.
    #expect([48, 49].contains(tokens.count + ((sequence["tokens"] as? [Int])?.count ?? 0)))
    #expect(sequence["finish_reason"] as? String == "length" && result.errors.isEmpty)
  }
}
