public import LanguageModeling

/// A prompt of the data.
public struct SweepPrompt: Hashable, Sendable {
  /// Its id: what the data's line says, or the line's number from 1.
  public var id: String
  /// The text; of a conversation, what its last turn says.
  public var text: String
  /// What a good continuation would be; none where the data has none.
  public var references: [String]
  /// What the prompt belongs to, such as a document that several prompts are about; `nil`: itself alone.
  public var cluster: String?
  /// The turns of a conversation, which the model's chat template is to render; none for a plain text.
  public var messages: [Message]

  /// A turn of a conversation.
  public struct Message: Hashable, Sendable {
    /// Who speaks, such as `user`.
    public var role: String
    /// What they say.
    public var content: String

    /// A turn.
    public init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// A prompt.
  public init(
    id: String, text: String, references: [String] = [], cluster: String? = nil,
    messages: [Message] = []
  ) {
    self.id = id
    self.text = text
    self.references = references
    self.cluster = cluster
    self.messages = messages
  }
}

/// One continuation to make: a trial's settings on a prompt, for one sample.
public struct SampleTask: Hashable, Sendable {
  /// The trial.
  public var trial: Trial
  /// The prompt.
  public var prompt: SweepPrompt
  /// The number of the sample, from 0. With a search of several results, its rank.
  public var sample: Int
  /// The seed of the noise.
  public var seed: UInt64
}

/// Which segment of a path a continuation is of.
public struct PathPart: Hashable, Sendable {
  /// Its number among the segments of the sample, from 0.
  public var index: Int
  /// The segments of the sample.
  public var count: Int
  /// The first and the last binary32 temperature of the segment.
  public var temperatures: ClosedRange<Float>

  /// A segment.
  public init(index: Int, count: Int, temperatures: ClosedRange<Float>) {
    self.index = index
    self.count = count
    self.temperatures = temperatures
  }
}

/// A continuation that was made.
public struct SampleOutput: Hashable, Sendable {
  /// The text.
  public var text: String
  /// Its tokens.
  public var tokens: [TokenID]
  /// Their log-probabilities under the model that wrote them, its adapters included, without temperature and filters.
  public var tokenLogProbabilities: [Double]
  /// Those under the base model, without adapters; empty unless they were asked for.
  public var baseTokenLogProbabilities: [Double]
  /// The entropy of the model's distribution at each token, in nats; empty unless it was asked for.
  public var entropies: [Double]
  /// For each token of the prompt's first reference, whether the trial's filters leave it among the candidates; empty
  /// unless it was asked for.
  public var keptReferenceTokens: [Bool]
  /// Why it ended, as in the JSON of `generate`.
  public var finishReason: String
  /// Whether it satisfies the trial's constraint; `nil` without one.
  public var isComplete: Bool?
  /// Seconds that went by while it was made, beside others.
  public var seconds: Double
  /// Under a path, the segment; `nil` for a trial with one temperature.
  public var part: PathPart?

  /// A continuation.
  public init(
    text: String, tokens: [TokenID], tokenLogProbabilities: [Double], entropies: [Double],
    keptReferenceTokens: [Bool] = [], baseTokenLogProbabilities: [Double] = [],
    finishReason: String, isComplete: Bool? = nil, seconds: Double,
    part: PathPart? = nil
  ) {
    self.text = text
    self.tokens = tokens
    self.tokenLogProbabilities = tokenLogProbabilities
    self.entropies = entropies
    self.baseTokenLogProbabilities = baseTokenLogProbabilities
    self.keptReferenceTokens = keptReferenceTokens
    self.finishReason = finishReason
    self.isComplete = isComplete
    self.seconds = seconds
    self.part = part
  }
}

/// What metrics need of a continuation beside its text, its tokens and their log-probabilities.
public struct SampleNeeds: OptionSet, Hashable, Sendable {
  /// A bit for each.
  public let rawValue: Int

  /// The needs of these bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// ``SampleOutput/entropies``.
  public static let entropies = SampleNeeds(rawValue: 1)
  /// ``SampleOutput/keptReferenceTokens``.
  public static let keptReferenceTokens = SampleNeeds(rawValue: 2)
  /// ``SampleOutput/baseTokenLogProbabilities``.
  public static let baseLogProbabilities = SampleNeeds(rawValue: 4)
}

/// Makes continuations.
public protocol SampleExecutor {
  /// Runs tasks as far as `next` gives any, and reports each as soon as it is finished.
  ///
  /// - Parameters:
  ///   - next: all trials and samples that are left to do on the next prompt; `nil` when there are no more. It is asked
  ///     when there is room for them.
  ///   - finished: receives a task and what came of it, of a path each segment in order; a failure is one task's own.
  /// - Returns: whether all were run; `false` where the executor was told to stop at once.
  /// - Throws: what `finished` throws, or what ends everything, such as a model that can't go on.
  mutating func run(
    _ next: () -> [SampleTask]?,
    finished: (SampleTask, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool
}

/// Why a task failed, in a sentence.
public struct SampleFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A failure.
  public init(_ description: String) {
    self.description = description
  }
}
