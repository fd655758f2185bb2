public import Decoding
public import LanguageModeling
public import Tokenization

/// Text generation over any model and any tokenizer. All requests of a call are advanced together, one step of the
/// model for all of them, and none sees the others.
public struct TextGenerator: Sendable {
  /// The model.
  public let model: any LanguageModel
  /// The model's tokenizer.
  public let tokenizer: any Tokenizer
  /// How sessions compute.
  public let options: SessionOptions
  /// The model that drafts for requests with a `draftLimit`; `nil`: what is drafted is looked up.
  public internal(set) var draftModel: (any LanguageModel)?

  /// A generator over `model`.
  public init(
    model: any LanguageModel, tokenizer: any Tokenizer, options: SessionOptions = SessionOptions()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.options = options
  }

  /// A batch to step through on the calling thread.
  ///
  /// - Throws: `DecodingFailure` where a request makes no sense; nothing has been computed then.
  public func batch(_ requests: [GenerationRequest]) throws(DecodingFailure)
    -> sending GenerationBatch
  {
    try GenerationBatch(
      model: model, tokenizer: tokenizer, options: options, draftModel: draftModel,
      requests: requests)
  }

  /// Runs all requests to their end on the calling thread.
  ///
  /// - Returns: for each request its result, or the error that it ended in.
  /// - Throws: `DecodingFailure` where a request makes no sense, or the model fails as a whole.
  public func generate(
    _ requests: [GenerationRequest]
  ) throws(DecodingFailure) -> [Result<GenerationResult, DecodingFailure>] {
    let batch = try batch(requests)
    var results: [Int: Result<GenerationResult, DecodingFailure>] = [:]
    while let events = try batch.step() {
      for event in events {
        switch event {
        case .completed(let request, let result): results[request] = .success(result)
        case .failed(let request, let error): results[request] = .failure(error)
        case .promptRead, .canvas, .token, .text, .finished: continue
        }
      }
    }
    return requests.indices.compactMap { results[$0] }
  }

  /// The events of all requests, computed on a thread of its own as they are asked for.
  ///
  /// Cancelling the task that iterates ends every sequence with `FinishReason.cancelled`; those events are still
  /// delivered, then the stream ends.
  ///
  /// - Throws: `DecodingFailure` where a request makes no sense; nothing has been computed then.
  public func stream(
    _ requests: [GenerationRequest]
  ) throws(DecodingFailure) -> EventStream<GenerationBatch> {
    EventStream(try batch(requests))
  }
}
