public import LanguageModeling

/// A prompt of the data.
public struct SweepPrompt: Hashable, Sendable {
  /// Its id: what the data's line says, or the line's number from 1.
  public var id: String
  /// The text.
  public var text: String
  /// What a good continuation would be; none where the data has none.
  public var references: [String]

  /// A prompt.
  public init(id: String, text: String, references: [String] = []) {
    self.id = id
    self.text = text
    self.references = references
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
  /// Their log-probabilities under the unmodified model.
  public var tokenLogProbabilities: [Double]
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
    keptReferenceTokens: [Bool] = [], finishReason: String, isComplete: Bool? = nil,
    seconds: Double, part: PathPart? = nil
  ) {
    self.text = text
    self.tokens = tokens
    self.tokenLogProbabilities = tokenLogProbabilities
    self.entropies = entropies
    self.keptReferenceTokens = keptReferenceTokens
    self.finishReason = finishReason
    self.isComplete = isComplete
    self.seconds = seconds
    self.part = part
  }
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
