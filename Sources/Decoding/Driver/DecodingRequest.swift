public import LanguageModeling

/// One prompt to continue, and how.
public struct DecodingRequest: Sendable {
  /// The tokens that the model is fed, at least one.
  public var prompt: [TokenID]
  /// How continuations are searched for.
  public var strategy: any DecodingStrategy
  /// The numbers of the samples to draw, one sequence for each; each number has noise of its own.
  public var samples: [Int]
  /// The seed of the noise.
  public var seed: UInt64
  /// When a continuation ends.
  public var stopRules: StopRules
  /// Watches each continuation for a further reason to end, such as a stop string.
  public var matcher: (any TokenMatcher)?
  /// What each continuation must be; `nil`: anything. The place before the first token.
  public var constraint: (any TokenConstraint)?
  /// What is done to the scores before a token is chosen, in order: penalties, biases and masks.
  public var processors: [any LogitsProcessor]
  /// A second prompt to move away from, before processors and search; `nil`: none.
  public var guidance: Guidance?
  /// The adapters that the model runs with.
  public var adapter: AdapterMix
  /// What to report about each token.
  public var report: TokenReport
  /// The maximum number of tokens that a ``Drafter`` proposes at a time; 0: none. It changes no result.
  public var draftLimit: Int
  /// Proposes tokens for this request; `nil`: the decoder's own drafter does. It changes no result.
  public var drafter: (any Drafter & Sendable)?
  /// The maximum number of tokens that are drafted at a time where the constraint leaves one way to go on
  /// (``TokenConstraint/forcedTokens(limit:)``); 0: none. It changes no result. It has no effect under strategies whose
  /// hypotheses compete and under guidance, where drafts can't be checked.
  public var forcedDraftLimit: Int
  /// How many of the model's most probable tokens to list at each position of the prompt, whose tokens are then scored
  /// (``BatchDecoder/promptScores(ofRequest:)``); `nil`: the prompt is only read. It changes no result.
  public var promptAlternatives: Int?

  /// A request to continue `prompt`; by default one greedy continuation.
  public init(
    prompt: [TokenID], strategy: any DecodingStrategy = GreedySearch(), samples: [Int] = [0],
    seed: UInt64 = 0, stopRules: StopRules = StopRules(), matcher: (any TokenMatcher)? = nil,
    constraint: (any TokenConstraint)? = nil, processors: [any LogitsProcessor] = [],
    guidance: Guidance? = nil,
    adapter: AdapterMix = .none, report: TokenReport = TokenReport(), draftLimit: Int = 0,
    drafter: (any Drafter & Sendable)? = nil, forcedDraftLimit: Int = 0,
    promptAlternatives: Int? = nil
  ) {
    self.prompt = prompt
    self.strategy = strategy
    self.samples = samples
    self.seed = seed
    self.stopRules = stopRules
    self.matcher = matcher
    self.constraint = constraint
    self.processors = processors
    self.guidance = guidance
    self.adapter = adapter
    self.report = report
    self.draftLimit = draftLimit
    self.drafter = drafter
    self.forcedDraftLimit = forcedDraftLimit
    self.promptAlternatives = promptAlternatives
  }
}

extension DecodingRequest {
  /// How many tokens are drafted at a time at most, whoever drafts them; 0 where nothing is.
  var mostDrafted: Int { max(draftLimit, draftsForcedTokens ? forcedDraftLimit : 0) }

  /// Whether tokens that are forced are drafted.
  var draftsForcedTokens: Bool {
    constraint != nil && forcedDraftLimit > 0 && strategy.supportsDrafting
      && effectiveGuidance == nil
  }
}
