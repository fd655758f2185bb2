import Decoding
import Generation
import Inference
import JSON

extension Route {
  /// `POST /v1/chat/completions`
  static let chatCompletions = Route(
    method: "POST", path: "/v1/chat/completions",
    summary: "Answers conversations, in the model's own chat template.",
    body: OpenAPI.chatRequest, answer: OpenAPI.chatCompletion
  ) { endpoint, request, _ in
    try await endpoint.chat(request.body)
  }
}

extension Endpoint {
  fileprivate func chat(_ body: [UInt8]) async throws -> HTTPResponse {
    let chat = try ChatRequest(parsing: body, model: model)
    try checkModel(named: chat.model)
    let job = try GenerationJob(
      [.messages(chat.messages)], chat.generation, alternatives: chat.logprobs ?? 0, model: model
    ) { _ in "messages" }
    let object = chat.stream.isOn ? "chat.completion.chunk" : "chat.completion"
    let frame = ResponseFrame(
      prefix: "chatcmpl-", object: object, model: modelName, seed: job.generation.seed,
      warnings: job.warnings)
    if chat.stream.isOn { return try stream(chat, job, frame).response }
    let results = try await job.results(of: engine, metrics: metrics)
    let sequences = results.flatMap(\.sequences)
    let choices = sequences.enumerated().map { index, sequence in
      JSONValue.object([
        JSONMember("index", .integer(index)),
        JSONMember(
          "message",
          .object([
            JSONMember("role", .string("assistant")),
            JSONMember("content", .string(sequence.text)), JSONMember("refusal", .null),
          ])),
        JSONMember(
          "logprobs",
          chat.logprobs == nil
            ? .null : spelling.chatLogprobs(sequence.tokens.map { ReportedToken($0) })),
        JSONMember("finish_reason", .string(sequence.finishReason.apiName)),
      ])
    }
    let usage = ResponseFrame.usage(
      promptTokens: results.reduce(0) { $0 + $1.promptTokens.count },
      completionTokens: sequences.reduce(0) { $0 + $1.tokens.count })
    return .json(frame.json(choices, usage: usage))
  }

  private func stream(
    _ chat: ChatRequest, _ job: GenerationJob, _ frame: ResponseFrame
  ) throws(APIError) -> ResponseStream {
    let (spelling, hasLogprobs) = (spelling, chat.logprobs != nil)
    return try ResponseStream(
      job, frame, chat.stream, engine: engine, metrics: metrics,
      opening: { number in
        Self.delta(
          number,
          [JSONMember("role", .string("assistant")), JSONMember("content", .string(""))],
          logprobs: nil, nil)
      },
      choice: { piece in
        let content =
          piece.text.isEmpty ? [] : [JSONMember("content", .string(piece.text))]
        let logprobs =
          hasLogprobs && !piece.tokens.isEmpty
          ? spelling.chatLogprobs(piece.tokens.map { ReportedToken($0) }) : nil
        return Self.delta(
          piece.choice, content, logprobs: logprobs, piece.finishReason)
      })
  }

  private static func delta(
    _ index: Int, _ members: [JSONMember], logprobs: JSONValue?, _ reason: FinishReason?
  ) -> JSONValue {
    .object([
      JSONMember("index", .integer(index)), JSONMember("delta", .object(members)),
      JSONMember("logprobs", logprobs ?? .null),
      JSONMember("finish_reason", reason.map { .string($0.apiName) } ?? .null),
    ])
  }
}
