import Decoding
import Generation
import Inference
import JSON

/// Turns the events of a job into the pieces of a streamed response.
///
/// A piece comes for each text that has become certain; with log-probabilities it brings those of the tokens since the
/// last one. Where hypotheses are dropped for others, as beams are, a text comes whole.
struct ResponseStream: Sendable {
  /// What a piece adds to a choice.
  struct Piece: Sendable {
    var choice: Int
    var text: String
    var tokens: [GeneratedToken]
    /// Why the text ended; `nil`: it goes on.
    var finishReason: FinishReason?
  }

  private let job: GenerationJob
  private let frame: ResponseFrame
  private let includesUsage: Bool
  private let metrics: ServingMetrics
  private let events: EngineEvents
  /// The JSON of a choice of a piece.
  private let choice: @Sendable (Piece) -> JSONValue
  /// What is sent of each choice before its text.
  private let opening: @Sendable (_ choice: Int) -> JSONValue?

  init(
    _ job: GenerationJob, _ frame: ResponseFrame, _ stream: StreamFields, engine: Engine,
    metrics: ServingMetrics, opening: @escaping @Sendable (_ choice: Int) -> JSONValue?,
    choice: @escaping @Sendable (Piece) -> JSONValue
  ) throws(APIError) {
    self.job = job
    self.frame = frame
    includesUsage = stream.includesUsage
    self.metrics = metrics
    self.choice = choice
    self.opening = opening
    // Here, so that a full queue is an answer of its own.
    events = try job.events(of: engine, metrics: metrics)
  }

  /// The response.
  var response: HTTPResponse {
    HTTPResponse(
      .ok, headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache")],
      body: .stream { writer in try await write(to: writer) })
  }

  private func write(to writer: HTTPBodyWriter) async throws {
    var timer = FirstTokenTimer(metrics)
    var usage = (prompt: 0, completion: 0)
    /// The tokens of each choice that no piece has brought yet, and how many some have.
    var pending: [Int: [GeneratedToken]] = [:]
    var broughtCounts: [Int: Int] = [:]
    let isAppendOnly = job.isAppendOnly
    for prompt in job.prompts.indices {
      for sequence in 0..<job.generation.count {
        if let opening = opening(prompt * job.generation.count + sequence) {
          try await writer.write(piece([opening]))
        }
      }
    }
    for await event in events {
      timer.note(event)
      switch event {
      case .promptRead, .canvas: continue
      case .token(let token):
        if isAppendOnly {
          pending[number(token.request, token.slot), default: []].append(token.token)
        }
      case .text(let request, let sequence, let text):
        let number = number(request, sequence)
        let tokens = pending.removeValue(forKey: number) ?? []
        broughtCounts[number, default: 0] += tokens.count
        try await send(request, sequence, text, tokens, nil, to: writer)
      case .finished(let request, let sequence, let result):
        let brought = broughtCounts[number(request, sequence)] ?? 0
        try await send(
          request, sequence, "", Array(result.tokens.dropFirst(brought)), result.finishReason,
          to: writer)
      case .completed(_, let result):
        usage.prompt += result.promptTokens.count
        usage.completion +=
          result.sequences.enumerated().reduce(0) {
            $0 + $1.element.tokens.count * job.copies(of: $1.offset).count
          }
      case .failed(_, let error):
        // The status is sent; the error is the last piece.
        return try await writer.write(APIError(error).json.event)
      }
    }
    try Task.checkCancellation()
    if includesUsage {
      let json = frame.json(
        [],
        usage: ResponseFrame.usage(promptTokens: usage.prompt, completionTokens: usage.completion))
      try await writer.write(json.event)
    }
    try await writer.write("data: [DONE]\n\n")
  }

  private func number(_ request: Int, _ sequence: Int) -> Int {
    request * job.generation.count + sequence
  }

  private func send(
    _ request: Int, _ sequence: Int, _ text: String, _ tokens: [GeneratedToken],
    _ reason: FinishReason?, to writer: HTTPBodyWriter
  ) async throws {
    let choices = job.copies(of: sequence).map { copy in
      choice(
        Piece(choice: number(request, copy), text: text, tokens: tokens, finishReason: reason))
    }
    for choice in choices { try await writer.write(piece([choice])) }
  }

  private func piece(_ choices: [JSONValue]) -> String {
    frame.json(choices, usage: includesUsage ? .null : nil).event
  }
}
