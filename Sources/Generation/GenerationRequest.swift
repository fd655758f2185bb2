public import Decoding
public import LanguageModeling

/// One prompt to continue as text, and how.
public struct GenerationRequest: Sendable {
  /// The tokens that the model is fed, at least one. (`Tokenizer.encodePrompt` makes them from a text.)
  public var prompt: [TokenID]
  /// How continuations are searched for: ``GreedySearch``, ``Sampling``, ``BeamSearch``, and the others.
  public var strategy: any DecodingStrategy
  /// The numbers of the samples to draw, one sequence for each; `[0]` by default.
  public var samples: [Int]
  /// The seed of the noise.
  public var seed: UInt64
  /// When a continuation ends, by tokens.
  public var stopRules: StopRules
  /// Texts that end a continuation; its text stops before them. None may be empty.
  public var stopStrings: [String]
  /// What is done to the scores before a token is chosen, in order: penalties, biases and masks.
  public var processors: [any LogitsProcessor]
  /// A second prompt to move away from, before processors and search; `nil`: none.
  public var guidance: Guidance?
  /// The adapters that the model runs with.
  public var adapter: AdapterMix
  /// What to report about each token.
  public var report: TokenReport
  /// What ranks the samples, best first, when all are there; `nil` leaves them in their order.
  public var selection: (any SampleSelection)?
  /// The most tokens to draft at a time: by the generator's draft model where it has one, else by looking them up in the
  /// prompt and the text. 0: none. It changes the speed alone.
  public var draftLimit: Int

  /// One greedy continuation of `prompt` by default.
  public init(
    prompt: [TokenID], strategy: any DecodingStrategy = GreedySearch(), samples: [Int] = [0],
    seed: UInt64 = 0, stopRules: StopRules = StopRules(), stopStrings: [String] = [],
    processors: [any LogitsProcessor] = [], guidance: Guidance? = nil,
    adapter: AdapterMix = .none, report: TokenReport = TokenReport(),
    selection: (any SampleSelection)? = nil, draftLimit: Int = 0
  ) {
    self.prompt = prompt
    self.strategy = strategy
    self.samples = samples
    self.seed = seed
    self.stopRules = stopRules
    self.stopStrings = stopStrings
    self.processors = processors
    self.guidance = guidance
    self.adapter = adapter
    self.report = report
    self.selection = selection
    self.draftLimit = draftLimit
  }
}
