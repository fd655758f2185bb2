import Decoding
import LanguageModeling
import TestSupport

/// What became of a request.
struct Outcome: Hashable {
  var hypotheses: [Hypothesis] = []
  var error: DecodingFailure?
  var isCompleted = false

  /// The token ids of each sequence, by slot.
  var tokens: [[TokenID]] {
    hypotheses.sorted { $0.slot < $1.slot }.map { $0.tokens.map(\.token) }
  }
}

/// Steps through everything there is and sorts the events by request.
func run(_ decoder: BatchDecoder) throws -> [Outcome] {
  var outcomes: [Int: Outcome] = [:]
  while let events = try decoder.step() {
    for event in events {
      switch event {
      case .finished(let request, let hypothesis):
        outcomes[request, default: Outcome()].hypotheses.append(hypothesis)
      case .completed(let request): outcomes[request, default: Outcome()].isCompleted = true
      case .failed(let request, let error): outcomes[request, default: Outcome()].error = error
      case .promptRead, .canvas, .token: continue
      }
    }
  }
  return outcomes.sorted { $0.key < $1.key }.map(\.value)
}

/// Runs requests in one batch.
func run(
  _ requests: [DecodingRequest], over model: some LanguageModel,
  options: SessionOptions = SessionOptions()
) throws -> [Outcome] {
  let decoder = try BatchDecoder(model: model, options: options)
  for request in requests { try decoder.submit(request) }
  return try run(decoder)
}

/// The greedy continuation by the definition: one sequence, one token at a time.
func greedyTokens(
  _ prompt: [TokenID], count: Int, logits: ([TokenID]) -> [Float]
) -> [TokenID] {
  var tokens = prompt
  for _ in 0..<count {
    let row = logits(tokens)
    tokens.append(TokenID(Naive.ranking(row)[0]))
  }
  return Array(tokens.dropFirst(prompt.count))
}

extension Parameters {
  /// Parameters of which `change` sets some.
  init(_ change: (inout Parameters) -> Void) {
    self.init()
    change(&self)
  }
}
