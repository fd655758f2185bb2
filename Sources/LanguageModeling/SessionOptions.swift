/// How a session computes. None of it changes a result beyond what each property says.
public struct SessionOptions: Hashable, Sendable {
  /// Threads that one step runs on, at least 1; `nil`: one for each physical core, or as many as can be
  /// started. Never changes a result.
  public var threads: Int?

  /// The longest sequence to allow, in tokens; `nil`: the model's own ``LanguageModel/contextLength``.
  public var contextLength: Int?

  /// What keys and values are kept in. Halves take half the memory and round to 11 bits; bytes take 9 bits for each
  /// number, the scales counted in, and round to 8.
  public var cacheType: CacheType

  /// Options; by default everything is left to the model.
  public init(
    threads: Int? = nil, contextLength: Int? = nil, cacheType: CacheType = .float32
  ) {
    self.threads = threads
    self.contextLength = contextLength
    self.cacheType = cacheType
  }
}

/// What a session keeps keys and values in.
public enum CacheType: String, CaseIterable, Hashable, Sendable {
  /// As they are computed.
  case float32
  /// Rounded to the nearest half float; what is beyond 65,504 in magnitude ends in an error.
  case float16
  /// Rounded to whole numbers from -127 to 127, times a float32 for each 32 elements of a key, or of a value: the largest
  /// magnitude of them divided by 127. For long contexts.
  case int8
}
