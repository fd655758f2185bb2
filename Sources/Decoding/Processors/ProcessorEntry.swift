public import LanguageModeling

/// A processor as catalogues list it: its parameters, and how it is made of them.
public struct ProcessorEntry: Sendable {
  /// Its parameters.
  public let parameters: [AnyParameter]

  private let making:
    @Sendable (Parameters, ProcessorSources) throws(DecodingFailure) -> (any LogitsProcessor)?

  /// A processor of these parameters.
  ///
  /// - Parameter make: the processor under some parameters; `nil` where it is off.
  public init(
    _ parameters: [AnyParameter],
    make:
      @escaping @Sendable (Parameters, ProcessorSources) throws(DecodingFailure)
      -> (any LogitsProcessor)?
  ) {
    self.parameters = parameters
    making = make
  }

  /// The processor, where it is on.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range.
  func make(
    _ parameters: Parameters, _ sources: ProcessorSources
  ) throws(DecodingFailure) -> (any LogitsProcessor)? {
    try making(parameters, sources)
  }
}

/// What processors are made of beside parameters: tokens for the texts among them, which whoever has a tokenizer finds.
public struct ProcessorSources: Sendable {
  /// The sequences of tokens that texts which break repetitions can come in.
  public var breakers: @Sendable ([String]) throws(DecodingFailure) -> [[TokenID]]
  /// The sequences of tokens that a banned text can come in.
  public var bans: @Sendable (String) throws(DecodingFailure) -> [[TokenID]]
  /// A constraint by a function, which is no parameter.
  public var allowedTokens: AllowedTokens?

  /// Sources that refuse texts unless others are given.
  public init(
    breakers: @escaping @Sendable ([String]) throws(DecodingFailure) -> [[TokenID]] = {
      (_) throws(DecodingFailure) in throw Self.refusal("DRY sequence breakers")
    },
    bans: @escaping @Sendable (String) throws(DecodingFailure) -> [[TokenID]] = {
      (_) throws(DecodingFailure) in throw Self.refusal("bad words")
    },
    allowedTokens: AllowedTokens? = nil
  ) {
    self.breakers = breakers
    self.bans = bans
    self.allowedTokens = allowedTokens
  }

  /// Why texts can't be used without a tokenizer.
  public static func refusal(_ name: String) -> DecodingFailure {
    .conflict(
      "\(name) are texts here; make the processors with a tokenizer first,"
        + " and hand them to the request")
  }
}
