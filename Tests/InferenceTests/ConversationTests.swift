import ChatTemplates
import Decoding
import Foundation
import Generation
import Inference
import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization

/// Conversations over the embedded model with a template of our own.
@Suite struct ConversationTests {
  /// Settings of different kinds: whatever is kept between turns must not show in any of them.
  enum Kind: String, CaseIterable, Sendable {
    case sampling, drafted, guided, beams, penalised

    var settings: GenerationSettings {
      var settings = GenerationSettings()
      settings.maxNewTokens = 9
      settings.seed = 7
      switch self {
      case .sampling: break
      case .drafted: settings.promptLookupCount = 4
      case .guided:
        settings.guidanceScale = 1.5
        settings.negativePrompt = "It was a dull day and nothing happened at all, as on most days."
      case .beams:
        settings.strategy = .beam
        settings.beamCount = 3
      case .penalised: settings.repetitionPenalty = 1.2
      }
      return settings
    }
  }

  private func conversation(
    _ kind: Kind = .sampling, template: String = ChattingModel.lines,
    options: SessionOptions = SessionOptions(), contextLength: Int = 2048
  ) throws -> (folder: ChattingModel, conversation: Conversation) {
    let folder = try ChattingModel(template: template, contextLength: contextLength)
    let model = try Model.load(folder.path, options: options)
    return (
      folder, try Conversation(model, system: "Tell a tale.", settings: kind.settings)
    )
  }

  private static let turns = ["Who was he?", "And then?", "What did the wolf say to the girl?"]

  @Test(arguments: Kind.allCases)
  func anAnswerIsThatOfTheMessagesAlone(kind: Kind) throws {
    var (_, conversation) = try conversation(kind)
    for text in Self.turns {
      let messages = conversation.messages + [ChatMessage(role: "user", content: text)]
      let answer = try conversation.send(text)
      let alone = try conversation.model.generate(.messages(messages), kind.settings)
      #expect(answer.sequences == alone.sequences && answer.promptTokens == alone.promptTokens)
      #expect(
        conversation.messages == messages + [ChatMessage(role: "assistant", content: alone.text)])
    }
  }

  @Test(arguments: Kind.allCases)
  func whatIsUndoneWasNeverSaid(kind: Kind) throws {
    for options in [SessionOptions(threads: 1), SessionOptions(threads: 2, cacheType: .float16)]
    where kind == .sampling || options.threads == 2 {
      var (_, conversation) = try conversation(kind, options: options)
      _ = try conversation.send(Self.turns[0])
      var never = try Conversation(
        conversation.model, messages: conversation.messages,
        template: conversation.template)
      _ = try conversation.send(Self.turns[1])
      _ = try conversation.retry()
      _ = try conversation.send(
        "Something much longer, so that it takes more than one block: " + Self.turns[0])
      conversation.undo()
      let undone = conversation.undo()
      #expect(undone == Self.turns[1])
      #expect(conversation.messages == never.messages)
      for text in Self.turns {
        let (answer, expected) = (try conversation.send(text), try never.send(text))
        #expect(answer.sequences == expected.sequences)
      }
    }
  }

  @Test(arguments: [Kind.sampling, .drafted, .guided, .beams])
  func aTurnReadsWhatIsNewAloneHoweverMuchWasSaid(kind: Kind) throws {
    for template in [ChattingModel.lines, ChattingModel.thoughtless] {
      var (_, conversation) = try conversation(kind, template: template)
      var settings = kind.settings
      settings.ignoresEndOfSequence = true
      try conversation.use(settings)
      let count = kind == .sampling && template == ChattingModel.lines ? 50 : 12
      let tokenizer = conversation.model.loaded.tokenizer
      var read = 0
      for turn in 0..<count {
        let answer = conversation.messages.last?.content ?? ""
        let new = "assistant:\(answer)\nuser:And on day \(turn)?\nassistant:"
        let most = try tokenizer.encode(new, parsingSpecialTokens: true).count
        let timings = try conversation.send("And on day \(turn)?").timings
        guard turn > 0 else { continue }
        #expect(timings.promptTokens - timings.keptTokens <= most)
        read += timings.promptTokens - timings.keptTokens
        if turn == count - 1 { #expect(timings.promptTokens > 18 * count) }
      }
      // Samples come with their answers' own keys and values, as far as the text reads as the same tokens.
      if kind == .sampling { #expect(read < 20 * count, "\(read)") }
    }
  }

  @Test func anotherAttemptIsTheNextSample() throws {
    var (_, conversation) = try conversation()
    let first = try conversation.send(Self.turns[0])
    let messages = Array(conversation.messages.dropLast())
    let second = try #require(try conversation.retry())
    let third = try #require(try conversation.retry())
    #expect(conversation.messages.count == messages.count + 1)
    var settings = Kind.sampling.settings
    settings.returnSequenceCount = 3
    let samples = try conversation.model.generate(.messages(messages), settings).sequences
    #expect(samples == [first.sequences[0], second.sequences[0], third.sequences[0]])
    #expect(Set(samples.map(\.text)).count == 3)
  }

  @Test func copiesGoTheirOwnWayAndAtOnce() async throws {
    let (_, conversation) = try conversation()
    var alone: [GenerationResult] = []
    for text in Self.turns {
      var copy = conversation
      alone.append(try copy.send(text))
    }
    try await withThrowingTaskGroup(of: (Int, String, GenerationResult).self) { group in
      for (index, text) in Self.turns.enumerated() {
        group.addTask {
          var pieces = ""
          for try await event in try conversation.stream(text) {
            switch event {
            case .text(let piece): pieces += piece
            case .answered(let next, let result):
              #expect(next.messages.last?.content == result.text)
              return (index, pieces, result)
            }
          }
          throw CancellationError()
        }
      }
      for try await (index, pieces, result) in group {
        #expect(result.sequences == alone[index].sequences && pieces == alone[index].text)
      }
    }
    #expect(conversation.messages.count == 1)
  }

  @Test func aStoppedAnswerIsKeptAsFarAsItCame() throws {
    var (_, conversation) = try conversation()
    var settings = Kind.sampling.settings
    settings.maxNewTokens = 60
    settings.ignoresEndOfSequence = true
    try conversation.use(settings)
    let before = conversation
    var text = ""
    let result = try conversation.send(Self.turns[0]) { piece in
      text += piece
      return text.count < 20
    }
    #expect(result.sequences[0].finishReason == .cancelled && result.sequences[0].tokens.count < 60)
    #expect(conversation.messages.last == ChatMessage(role: "assistant", content: result.text))
    let next = try conversation.send(Self.turns[1])
    #expect(next.timings.keptTokens > result.timings.promptTokens)
    // Before anything came, there is nothing to keep.
    conversation = before
    _ = try conversation.send(Self.turns[0]) { _ in false }
    #expect(conversation.messages.count <= before.messages.count + 2)
  }

  @Test func aFullContextSaysWhatToDrop() throws {
    var (_, conversation) = try conversation(contextLength: 128)
    var error: InferenceError?
    while error == nil {
      do throws(InferenceError) { _ = try conversation.send("Tell me more of it.") } catch let
        caught
      {
        error = caught
      }
    }
    guard case .conversationTooLong(let count, 128, .some(let dropping))? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(count >= 128 && dropping > 0)
    #expect(try #require(error).description.contains("drop the first"))
    conversation.drop(first: dropping)
    #expect(conversation.system == "Tell a tale.")
    #expect(conversation.messages[1].role == "user")
    _ = try conversation.send("Tell me more of it.")
    let long = String(repeating: "word ", count: 300)
    let before = conversation.messages
    #expect(throws: InferenceError.self) { _ = try conversation.send(long) }
    #expect(conversation.messages == before)
  }

  @Test func turnsCanBeTakenBackForgottenAndLoaded() throws {
    var (_, conversation) = try conversation()
    var undone = conversation.undo()
    let none = try conversation.retry()
    #expect(undone == nil && none == nil)
    _ = try conversation.send("One?")
    _ = try conversation.send("Two?")
    undone = conversation.undo()
    #expect(undone == "Two?" && conversation.messages.count == 3)
    conversation.system = nil
    #expect(conversation.messages.map(\.role) == ["user", "assistant"])
    conversation.system = "Be brief."
    conversation.reset()
    #expect(conversation.messages == [ChatMessage(role: "system", content: "Be brief.")])
    conversation.load([ChatMessage(role: "user", content: "Three?")])
    _ = try conversation.retry()
    #expect(conversation.messages.count == 2)
    conversation.drop(first: 9)
    #expect(conversation.messages.isEmpty)
  }

  @Test func whatCannotBeTalkedToIsRefused() throws {
    let plain = try Model.embedded()
    #expect(throws: InferenceError.noChatTemplate(model: plain.name)) { try Conversation(plain) }
    let (folder, _) = try conversation()
    let model = try Model.load(folder.path)
    var settings = GenerationSettings()
    settings.returnSequenceCount = 2
    #expect(throws: InferenceError.severalSequences(count: 2)) {
      try Conversation(model, settings: settings)
    }
  }
}
