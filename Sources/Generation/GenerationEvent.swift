public import Decoding

/// What happened to a request. A request goes by the number that it was submitted under.
public enum GenerationEvent: Hashable, Sendable {
  /// The request's prompt is read.
  case promptRead(request: Int)
  /// A block of text that is being denoised, after a step; where the request's report asks for it
  /// (`TokenReport.canvas`).
  case canvas(request: Int, CanvasText)
  /// A token was generated; text may follow, at once or with a later token.
  case token(TokenEvent)
  /// The text of a sequence grew. The pieces of a sequence, joined, are its text; none is empty, and none holds a
  /// part of a stop string. `sequence` is the index among the request's sequences. Where hypotheses are dropped for
  /// others, as beams are (`DecodingStrategy.isAppendOnly`), all text of a sequence comes when it is final; where
  /// samples are selected among, when all are, and `sequence` is then the rank.
  case text(request: Int, sequence: Int, piece: String)
  /// A sequence is final. Its text has been given in full.
  case finished(request: Int, sequence: Int, GeneratedSequence)
  /// All sequences of the request are final.
  case completed(request: Int, GenerationResult)
  /// The request ended in an error. The others go on.
  case failed(request: Int, DecodingFailure)
}

extension GenerationEvent {
  /// The number of the request that it is about.
  package var request: Int {
    switch self {
    case .promptRead(let request), .canvas(let request, _),
      .text(let request, _, _), .finished(let request, _, _),
      .completed(let request, _), .failed(let request, _):
      request
    case .token(let event): event.request
    }
  }

  /// Whether none of the same request follows.
  package var isLast: Bool {
    switch self {
    case .completed, .failed: true
    case .promptRead, .canvas, .token, .text, .finished: false
    }
  }
}
