/// How a session computes. None of it changes a result beyond what each property says.
public struct SessionOptions: Hashable, Sendable {
  /// Threads that one step runs on, at least 1; `nil`: one for each physical core. Never changes a result.
  public var threads: Int?

  /// The longest sequence to allow, in tokens; `nil`: the model's own ``LanguageModel/contextLength``.
  public var contextLength: Int?

  /// Options with everything left to the model unless said otherwise.
  public init(threads: Int? = nil, contextLength: Int? = nil) {
    self.threads = threads
    self.contextLength = contextLength
  }
}
