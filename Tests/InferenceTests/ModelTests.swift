import ChatTemplates
import Decoding
import Foundation
import Generation
import Inference
import LanguageModeling
import Models
import TestSupport
import Testing

@Suite struct ModelTests {
  private static let model = Result { try Model.embedded() }

  private var verse: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vocab/adapters/verse").path
  }

  private func settings(_ maxNewTokens: Int = 12) -> GenerationSettings {
    var settings = GenerationSettings()
    settings.maxNewTokens = maxNewTokens
    settings.seed = 7
    return settings
  }

  @Test func aTextIsContinuedAsALowerLayerWouldContinueItsTokens() throws {
    let model = try Self.model.get()
    let result = try model.generate("Once upon a time", settings())
    let prompt = try model.prepare("Once upon a time")
    #expect(result.promptTokens == prompt.tokens && prompt.text == "Once upon a time")
    let request = try model.resolve(settings()).request(prompt: prompt.tokens)
    let expected = try model.generator.generate([request])[0].get()
    #expect(result.sequences == expected.sequences && result.seed == 7)
    #expect(result.text == expected.sequences[0].text && !result.text.isEmpty)
  }

  @Test func aSeedIsDrawnAndToldWhereNoneIsGiven() throws {
    let model = try Self.model.get()
    var settings = settings()
    settings.seed = nil
    let first = try model.generate("The king", settings)
    settings.seed = first.seed
    #expect(try model.generate("The king", settings).sequences == first.sequences)
  }

  @Test func endsOfTextAreTheModelsUnlessTheCallerNamesOthers() throws {
    let model = try Self.model.get()
    let own = model.loaded.endOfSequenceTokens
    #expect(!own.isEmpty)
    #expect(try model.settings.endOfSequenceTokens == own)
    #expect(try model.resolve(nil) == model.settings)
    #expect(try model.resolve(settings()).endOfSequenceTokens == own)
    var other = settings()
    other.endOfSequenceTokens = [5]
    #expect(try model.resolve(other).endOfSequenceTokens == [5])
  }

  @Test func recommendationsHoldWhereTheSettingsNameNothing() throws {
    let folder = try TemporaryDirectory()
    let source = URL(fileURLWithPath: try Self.model.get().loaded.path)
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path)
    where name != "generation_config.json" {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: source.appendingPathComponent(name).path)
    }
    try folder.write(
      Array(
        #"{"do_sample": false, "top_k": 7, "repetition_penalty": 1.2, "eos_token_id": 2}"#.utf8),
      to: "generation_config.json")
    var model = try Model.load(folder.path)
    #expect(try model.settings.strategy == .greedy)
    #expect(try model.settings.repetitionPenalty == 1.2)
    var settings = GenerationSettings()
    settings.temperature = 0.5
    settings.topK = 3
    let resolved = try model.resolve(settings)
    #expect(resolved.strategy == .sample && resolved.temperature == 0.5 && resolved.topK == 3)
    #expect(resolved.repetitionPenalty == 1.2 && resolved.endOfSequenceTokens == [2])
    #expect(try model.resolve(GenerationSettings()).topK == 7)
    model.appliesRecommendedSettings = false
    #expect(try model.resolve(settings).repetitionPenalty == 1)
    #expect(try model.resolve(settings).endOfSequenceTokens == [2])
  }

  @Test func manyPromptsGiveWhatEachGivesAloneAndABadOneAnError() throws {
    let model = try Self.model.get()
    let start = "In a village there lived an old miller who had three sons and a mill by the river"
    let prompts: [Prompt] =
      (0..<14).map { .text("\(start), and number \($0)") }
      + [.tokens([9_999_999]), .text(""), .tokens([]), .plainText("</s>")]
    for sequenceCount in [1, 3, 64] {
      let results = try model.generate(
        prompts, settings(), limits: SchedulerLimits(sequenceCount: sequenceCount))
      #expect(results.count == prompts.count)
      for (prompt, result) in zip(prompts, results) {
        switch result {
        case .success(let result):
          #expect(try model.generate(prompt, settings()).sequences == result.sequences)
        case .failure(let error):
          #expect(throws: error) { try model.generate(prompt, settings()) }
        }
      }
      let failures = results.indices.filter { (try? results[$0].get()) == nil }
      #expect(failures == [14, 16])
    }
  }

  @Test func piecesOfAStreamJoinToTheText() async throws {
    let model = try Self.model.get()
    var pieces: [String] = []
    for try await piece in try model.stream("Once upon a time", settings(20)) {
      pieces.append(piece)
    }
    #expect(pieces.count > 3 && pieces.allSatisfy { !$0.isEmpty })
    #expect(try model.generate("Once upon a time", settings(20)).text == pieces.joined())
  }

  @Test func aStreamEndsWhenItsTaskIsCancelled() async throws {
    let model = try Self.model.get()
    var settings = settings(2000)
    settings.ignoresEndOfSequence = true
    let events = try model.events(of: "Once upon a time", settings)
    let task = Task {
      var reason: FinishReason?
      var count = 0
      for try await event in events {
        switch event {
        case .token:
          count += 1
          if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
        case .completed(_, let result): reason = result.sequences[0].finishReason
        default: continue
        }
      }
      return (reason, count)
    }
    let (reason, count) = try await task.value
    #expect(reason == .cancelled && (3...4).contains(count))
  }

  @Test func aStreamOfSeveralTextsIsRefused() throws {
    var settings = settings()
    settings.returnSequenceCount = 2
    let model = try Self.model.get()
    #expect(throws: InferenceError.severalSequences(count: 2)) {
      try model.stream("Once", settings)
    }
  }

  @Test func anAdapterChangesItsOwnModelAlone() throws {
    let model = try Self.model.get()
    let poet = try model.adding(adapterAt: verse)
    let base = try model.generate("Once upon a time", settings()).sequences
    #expect(try poet.generate("Once upon a time", settings()).sequences != base)
    var plain = poet
    plain.adapter = .none
    #expect(try plain.generate("Once upon a time", settings()).sequences == base)
    #expect(try model.generate("Once upon a time", settings()).sequences == base)
    let scaled = try model.adding(adapterAt: verse, scale: 0.5)
    #expect(scaled.adapter.parts.map(\.weight) == [0.5])
    #expect(try scaled.generate("Once upon a time", settings()).sequences != base)
    #expect(
      try poet.score("Once upon a time").logProbability
        != model.score("Once upon a time").logProbability)
  }

  @Test func scoresAreThoseOfTheTokensThatGenerateFeeds() throws {
    let model = try Self.model.get()
    let text = "Once upon a time there was a king."
    let score = try model.score(text, alternatives: 3)
    #expect(try score.tokens == model.prepare(.text(text)).tokens)
    #expect(
      try model.score(score.tokens, alternatives: 3).tokenLogProbabilities
        == score.tokenLogProbabilities)
    #expect(score.next.count == 3)
    #expect(throws: InferenceError.nothingToScore) { try model.score([TokenID]()) }
  }

  @Test func errorsSayWhatToDoInstead() throws {
    var model = try Self.model.get()
    model.options.contextLength = 3
    let sentences = [Prompt.text("one two three four five"), .tokens([-1])].map { prompt in
      do { return "\(try model.prepare(prompt, named: "line 2").tokens)" } catch {
        return "\(error)"
      }
    }
    #expect(sentences[0].hasPrefix("line 2 has "))
    #expect(
      sentences[0].hasSuffix(
        " tokens and the context holds 3; shorten it, or raise the context length"))
    #expect(sentences[1].hasPrefix("line 2: token id -1 is outside the vocabulary of "))
    #expect(throws: InferenceError.self) { try Model.load("/nowhere/model.gguf") }
    let plain = try Self.model.get()
    if plain.loaded.chatTemplate == nil {
      #expect(throws: InferenceError.noChatTemplate(model: "storyteller")) {
        try plain.generate(.messages([ChatMessage(role: "user", content: "Hello!")]))
      }
    }
  }
}
