/// What happened to a request in a step. Requests are named by the number that `submit` gave them.
public enum DecodingEvent: Hashable, Sendable {
  /// The request's prompt is read: its first tokens follow.
  case promptRead(request: Int)
  /// A block of text that is being denoised, after a step; where the report asks for it (``TokenReport/canvas``).
  case canvas(request: Int, CanvasState)
  /// A hypothesis got longer by a token.
  case token(TokenEvent)
  /// A sequence is final. Samples finish at their own times; beams together, best first.
  case finished(request: Int, Hypothesis)
  /// The last sequence of the request was the last event but this.
  case completed(request: Int)
  /// The request ended in an error. The others go on.
  case failed(request: Int, DecodingFailure)
}

/// A hypothesis and the token that made it from its parent.
public struct TokenEvent: Hashable, Sendable {
  /// The request.
  public var request: Int
  /// The hypothesis that ends with the token.
  public var hypothesis: HypothesisID
  /// The hypothesis that it continues.
  public var parent: HypothesisID
  /// Its place among the request's sequences at this step: samples keep theirs, beams are ranked.
  public var slot: Int
  /// The token.
  public var token: GeneratedToken
  /// Why it ends here, or `nil` where it goes on.
  public var finishReason: FinishReason?
}
