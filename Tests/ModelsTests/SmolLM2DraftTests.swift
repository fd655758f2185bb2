import Decoding
import LanguageModeling
import Models
import Testing
import Tokenization
import Transformer

/// Drafts over the real model: the same tokens and log-probabilities, in fewer steps.
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"), .serialized)
struct SmolLM2DraftTests {
  /// A session that counts its steps.
  private final class CountingSession: DecodingSession {
    let session: TransformerSession
    var stepCount = 0

    init(_ session: TransformerSession) { self.session = session }

    func open(adapter: AdapterMix) throws(ModelError) -> SequenceID {
      try session.open(adapter: adapter)
    }
    func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID { try session.fork(parent) }
    func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
      try session.rollback(sequence, to: length)
    }
    func close(_ sequence: SequenceID) { session.close(sequence) }
    func length(of sequence: SequenceID) throws(ModelError) -> Int {
      try session.length(of: sequence)
    }
    func step(_ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>) throws(ModelError) {
      stepCount += 1
      try session.step(inputs, into: &rows)
    }
  }

  private static let text = """
    The keeper of the lighthouse, a widow named Ingrid Halloran, kept the lamp for forty-one years \
    and wrote down every ship that passed. Her twelve notebooks are kept today in the town museum \
    beside the old fish market.
    """

  private func run(
    _ request: DecodingRequest, _ model: TransformerModel, _ drafter: any Drafter
  ) throws -> (hypotheses: [Hypothesis], steps: Int, counts: DraftCounts) {
    let session = CountingSession(try model.makeSession(SessionOptions(threads: 2)))
    let decoder = BatchDecoder(
      session: session, vocabularyCount: model.vocabularyCount,
      contextLength: model.contextLength, drafter: drafter)
    try decoder.submit(request)
    var hypotheses: [Hypothesis] = []
    while let events = try decoder.step() {
      for event in events {
        if case .finished(_, let hypothesis) = event { hypotheses.append(hypothesis) }
        if case .failed(_, let error) = event { throw error }
      }
    }
    #expect(session.session.heldBlockCount == 0)
    return (hypotheses, session.stepCount, decoder.draftCounts(ofRequest: 0))
  }

  @Test func repeatedTextTakesFewerStepsAndIsTheSame() throws {
    let loaded = try ModelLoader.load(path: try #require(SmolLM2.path))
    let prompt = try loaded.tokenizer.encodePrompt(
      Self.text + "\n\n" + Self.text + "\n\nThe keeper")
    let strategies: [any DecodingStrategy] = [
      GreedySearch(), Sampling(filters: [try Temperature(0.8)]),
    ]
    for strategy in strategies {
      var request = DecodingRequest(
        prompt: prompt, strategy: strategy, seed: 1,
        stopRules: StopRules(endOfSequence: Set(loaded.endOfSequenceTokens), maxNewTokens: 40),
        report: TokenReport(alternatives: 3, processedLogProbability: true, entropy: true))
      let plain = try run(request, loaded.model, PromptLookup())
      request.draftLimit = 10
      let drafted = try run(request, loaded.model, PromptLookup())
      #expect(drafted.hypotheses == plain.hypotheses, "\(strategy)")
      #expect(2 * drafted.steps < plain.steps, "\(strategy): \(drafted.steps) of \(plain.steps)")
    }
  }

  @Test func modelThatDraftsForItselfIsAlwaysRight() throws {
    let loaded = try ModelLoader.load(path: try #require(SmolLM2.path))
    var request = DecodingRequest(
      prompt: try loaded.tokenizer.encodePrompt("Once upon a time"),
      strategy: Sampling(filters: [try Temperature(0.9), try TopP(0.95)]), samples: [0, 1],
      seed: 4, stopRules: StopRules(maxNewTokens: 30), processors: [try RepetitionPenalty(1.1)])
    let plain = try run(request, loaded.model, PromptLookup())
    request.draftLimit = 6
    let drafter = try ModelDrafter(model: loaded.model, options: SessionOptions(threads: 2))
    let drafted = try run(request, loaded.model, drafter)
    #expect(drafted.hypotheses == plain.hypotheses)
    #expect(drafted.counts.drafted >= 40 && drafted.counts.accepted == drafted.counts.drafted)
    #expect(drafted.steps < plain.steps / 3)
  }
}
