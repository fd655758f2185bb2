import Decoding
import Generation
import Inference
import LanguageModeling
import Models
import Transformer

/// The prompts of one request, on their way through the engine.
struct GenerationJob {
  /// The prompts as the model reads them.
  var prompts: [PreparedPrompt]
  var generation: GenerationFields
  /// Keywords of its schema that were left out, each in a sentence.
  var warnings: [String] = []
  private var requests: [GenerationRequest] = []

  /// - Parameters:
  ///   - alternatives: how many of the most probable tokens to report at each position of a text.
  ///   - promptAlternatives: and of a prompt; `nil`: it isn't scored.
  ///   - name: what errors call the prompt of a place.
  init(
    _ prompts: [Prompt], _ generation: GenerationFields, alternatives: Int,
    promptAlternatives: Int? = nil, model: Model, named name: (Int) -> String
  ) throws(APIError) {
    self.generation = generation
    self.prompts = []
    do throws(InferenceError) {
      let template = try model.template(for: generation.settings)
      warnings = template.ignoredKeywords
      for (index, prompt) in prompts.enumerated() {
        let prepared = try model.prepare(prompt, named: name(index))
        guard
          prepared.tokens.count < model.contextLength || generation.settings.maxNewTokens == 0
        else {
          throw InferenceError.promptTooLong(
            name: name(index), count: prepared.tokens.count, limit: model.contextLength - 1,
            isShortened: model.contextLength < model.loaded.model.contextLength)
        }
        self.prompts.append(prepared)
        var request = try template.request(
          for: prepared.tokens, seed: generation.seed,
          report: TokenReport(alternatives: alternatives))
        request.promptAlternatives = promptAlternatives
        requests.append(request)
      }
    } catch { throw APIError(error) }
  }

  /// Whether texts are given out while they come.
  var isAppendOnly: Bool {
    requests.allSatisfy { $0.strategy.isAppendOnly && $0.selection == nil }
  }

  /// The events, as the engine gives them.
  func events(of engine: Engine, metrics: ServingMetrics) throws(APIError) -> EngineEvents {
    do { return try engine.submit(requests) } catch { throw APIError(error) }
  }

  /// Runs to the end.
  ///
  /// - Returns: a result for each prompt; greedy texts stand there as often as was asked for.
  /// - Throws: ``APIError`` of the first prompt that fails; `CancellationError` where the client goes away.
  func results(of engine: Engine, metrics: ServingMetrics) async throws -> [GenerationResult] {
    var results: [GenerationResult?] = prompts.map { _ in nil }
    var timer = FirstTokenTimer(metrics)
    for await event in try events(of: engine, metrics: metrics) {
      timer.note(event)
      switch event {
      case .completed(let index, let result): results[index] = repeated(result)
      case .failed(_, let error): throw APIError(error)
      case .promptRead, .canvas, .token, .text, .finished: continue
      }
    }
    try Task.checkCancellation()
    let complete = results.compactMap(\.self)
    guard complete.count == prompts.count else { throw CancellationError() }
    return complete
  }

  /// The copies of a sequence that was asked for several times and runs once.
  func copies(of sequence: Int) -> [Int] {
    generation.settings.returnSequenceCount < generation.count
      && generation.settings.strategy == .greedy ? Array(0..<generation.count) : [sequence]
  }

  private func repeated(_ result: GenerationResult) -> GenerationResult {
    var result = result
    result.sequences = result.sequences.enumerated().flatMap { index, sequence in
      copies(of: index).map { _ in sequence }
    }
    return result
  }
}

/// Notes how long a request waits for its first token.
struct FirstTokenTimer {
  private let metrics: ServingMetrics
  private let start = ContinuousClock.now
  private var isOver = false

  init(_ metrics: ServingMetrics) {
    self.metrics = metrics
  }

  mutating func note(_ event: GenerationEvent) {
    guard !isOver, case .token = event else { return }
    isOver = true
    metrics.noteFirstToken(seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
