import Decoding
import Generation
import Inference
import JSON
import LanguageModeling
import Models
import Tokenization

extension Route {
  /// `POST /v1/completions`
  static let completions = Route(
    method: "POST", path: "/v1/completions", summary: "Continues texts.",
    body: OpenAPI.completionRequest, answer: OpenAPI.completion
  ) { endpoint, request, _ in
    try await endpoint.complete(request.body)
  }
}

extension Endpoint {
  fileprivate func complete(_ body: [UInt8]) async throws -> HTTPResponse {
    let completion = try CompletionRequest(parsing: body, model: model)
    try checkModel(named: completion.model)
    let isList = completion.prompts.count > 1
    let job = try GenerationJob(
      completion.prompts, completion.generation, alternatives: completion.logprobs ?? 0,
      promptAlternatives: completion.echo ? completion.logprobs : nil, model: model
    ) { isList ? "prompt[\($0)]" : "prompt" }
    let frame = ResponseFrame(
      prefix: "cmpl-", object: "text_completion", model: modelName, seed: job.generation.seed,
      warnings: job.warnings)
    if completion.stream.isOn {
      return try stream(completion, job, frame).response
    }
    let results = try await job.results(of: engine, metrics: metrics)
    var choices: [JSONValue] = []
    for (prompt, result) in zip(job.prompts, results) {
      for sequence in completion.best(of: result.sequences) {
        choices.append(
          choice(completion, choices.count, prompt: prompt, scores: result.promptScores, sequence))
      }
    }
    let usage = ResponseFrame.usage(
      promptTokens: results.reduce(0) { $0 + $1.promptTokens.count },
      completionTokens: results.flatMap(\.sequences).reduce(0) { $0 + $1.tokens.count })
    return .json(frame.json(choices, usage: usage))
  }

  private func choice(
    _ completion: CompletionRequest, _ index: Int, prompt: PreparedPrompt, scores: [ScoredToken],
    _ sequence: GeneratedSequence
  ) -> JSONValue {
    var logprobs: JSONValue?
    if completion.logprobs != nil {
      let generated = sequence.tokens.map { ReportedToken($0) }
      let tokens = completion.echo ? scores.map { ReportedToken($0) } + generated : generated
      logprobs = spelling.completionLogprobs(
        tokens,
        offsets: spelling.offsets(
          of: tokens.map(\.token), after: completion.echo ? [] : prompt.tokens,
          skipped: completion.echo ? prefixCount(of: prompt) : 0))
    }
    return Self.choice(
      index, text: (completion.echo ? prompt.text : "") + sequence.text, logprobs: logprobs,
      sequence.finishReason)
  }

  private static func choice(
    _ index: Int, text: String, logprobs: JSONValue?, _ reason: FinishReason?
  ) -> JSONValue {
    .object([
      JSONMember("index", .integer(index)), JSONMember("text", .string(text)),
      JSONMember("logprobs", logprobs ?? .null),
      JSONMember("finish_reason", reason.map { .string($0.apiName) } ?? .null),
    ])
  }

  /// How many tokens the files put before a prompt that was given as text.
  private func prefixCount(of prompt: PreparedPrompt) -> Int {
    let tokenizer = model.loaded.tokenizer
    let prefix = tokenizer.promptPrefix
    guard !prefix.isEmpty, prompt.tokens.starts(with: prefix) else { return 0 }
    let spelled = tokenizer.decode(prefix, skippingSpecialTokens: false)
    return prompt.text.hasPrefix(spelled) ? 0 : prefix.count
  }

  private func stream(
    _ completion: CompletionRequest, _ job: GenerationJob, _ frame: ResponseFrame
  ) throws(APIError) -> ResponseStream {
    let (spelling, count) = (spelling, job.generation.count)
    let echoed = completion.echo ? job.prompts.map(\.text) : nil
    let hasLogprobs = completion.logprobs != nil
    // Pieces come in order for each choice, and each goes on where the last one ended.
    let offsets = StreamOffsets()
    let prompts = job.prompts.map(\.tokens)
    return try ResponseStream(
      job, frame, completion.stream, engine: engine, metrics: metrics,
      opening: { number in
        echoed.map { Self.choice(number, text: $0[number / count], logprobs: nil, nil) }
      },
      choice: { piece in
        let tokens = piece.tokens.map { ReportedToken($0) }
        let logprobs =
          hasLogprobs
          ? spelling.completionLogprobs(
            tokens,
            offsets: offsets.take(
              tokens.map(\.token), of: piece.choice, after: prompts[piece.choice / count],
              spelling))
          : nil
        return Self.choice(
          piece.choice, text: piece.text, logprobs: logprobs, piece.finishReason)
      })
  }
}

extension CompletionRequest {
  /// The texts to return: those that were asked for, or of more samples the most probable ones for each token.
  fileprivate func best(of sequences: [GeneratedSequence]) -> [GeneratedSequence] {
    guard bestOf > generation.count else { return sequences }
    func mean(_ sequence: GeneratedSequence) -> Double {
      sequence.logProbability / Double(max(1, sequence.tokens.count))
    }
    let sorted = sequences.enumerated().sorted { first, second in
      let (left, right) = (mean(first.element), mean(second.element))
      return left > right || left == right && first.offset < second.offset
    }
    return sorted.prefix(generation.count).map(\.element)
  }
}
