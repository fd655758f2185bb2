public import JSON

/// Generates continuations of a sweep again and compares them with what its journal holds, bit for bit.
///
/// Numbers of a user's own programs are taken over, since those needn't answer the same again.
public struct SweepReplay {
  /// A line that came out otherwise.
  public struct Difference: Hashable, Sendable {
    /// Which line.
    public var key: SampleRecord.Key
    /// The first member that differs, such as `tokens`.
    public var member: String
    /// What the journal holds.
    public var recorded: JSONValue
    /// What came out.
    public var generated: JSONValue
  }

  /// What a replay found.
  public struct Outcome: Hashable, Sendable {
    /// The lines that came out the same.
    public var equalCount = 0
    /// Those that didn't, as they came.
    public var differences: [Difference] = []
    /// Those that could not be made again, and why.
    public var failures: [FailureRecord] = []
    /// Whether all lines were made again; `false` where the executor was stopped.
    public var isComplete = true
  }

  private let results: SweepResults
  private let trials: [String: Trial]
  private let evaluator: MetricEvaluator

  /// A replay of the trials that are given.
  ///
  /// - Parameter trials: as the executor wants them, with the ids of the manifest's.
  /// - Throws: ``SweepError/execution(_:)`` for a metric that this version doesn't know.
  public init(_ results: SweepResults, trials: [Trial]) throws(SweepError) {
    self.results = results
    self.trials = Dictionary(trials.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    evaluator = try MetricEvaluator(results.manifest)
  }

  /// What the executor must give.
  public var needs: SampleNeeds { evaluator.sampleNeeds }

  /// The lines that there are to make again.
  public var lineCount: Int { results.records.count { trials[$0.key.trial] != nil } }

  /// Makes all lines again.
  ///
  /// - Parameter report: called for each line, with what was found so far.
  /// - Throws: what the executor throws.
  public func run(
    _ executor: inout some SampleExecutor, report: (Outcome) -> Void = { _ in }
  ) throws(SweepError) -> Outcome {
    var outcome = Outcome()
    var prompts = results.manifest.prompts[...]
    let records = Dictionary(grouping: results.records) { $0.key.prompt }
    let byKey = Dictionary(
      results.records.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    outcome.isComplete = try executor.run {
      while let prompt = prompts.popFirst() {
        // The segments of a path come of one task.
        let firsts = (records[prompt.id] ?? []).filter { $0.key.segment == 0 }
        let tasks = firsts.compactMap { record in
          trials[record.key.trial].map {
            SampleTask(trial: $0, prompt: prompt, sample: record.key.sample, seed: record.seed)
          }
        }
        if !tasks.isEmpty { return tasks }
      }
      return nil
    } finished: { task, result throws(SweepError) in
      var key = SampleRecord.Key(
        trial: task.trial.id, prompt: task.prompt.id, sample: task.sample)
      if case .success(let output) = result { key.segment = output.part?.index ?? 0 }
      guard let record = byKey[key] else { return }
      switch result {
      case .failure(let failure):
        outcome.failures.append(FailureRecord(key: key, reason: failure.description))
      case .success(let output):
        let again = self.record(output, on: task.prompt, as: record)
        if let difference = Self.difference(record, again) {
          outcome.differences.append(difference)
        } else {
          outcome.equalCount += 1
        }
      }
      report(outcome)
    }
    return outcome
  }

  private func record(
    _ output: SampleOutput, on prompt: SweepPrompt, as record: SampleRecord
  ) -> SampleRecord {
    let numbers = record.metrics.reduce(into: [String: Double]()) {
      $0[$1.key] = $1.value.double
    }
    return SampleRecord(
      output, key: record.key, settings: record.settings, seed: record.seed, on: prompt,
      evaluator: evaluator, commands: numbers)
  }

  private static func difference(
    _ recorded: SampleRecord, _ generated: SampleRecord
  ) -> Difference? {
    let (left, right) = (recorded.reproducible, generated.reproducible)
    // As the journal spells them: that is what was recorded.
    for (own, other) in zip(left, right) where own.value.text != other.value.text {
      return Difference(
        key: recorded.key, member: own.key, recorded: own.value, generated: other.value)
    }
    guard left.count == right.count else {
      return Difference(key: recorded.key, member: "members", recorded: .null, generated: .null)
    }
    return nil
  }
}

extension SampleRecord {
  /// A continuation as the journal keeps it.
  ///
  /// - Parameter commands: the numbers of the user's programs.
  init(
    _ output: SampleOutput, key: Key, settings: [JSONMember], seed: UInt64,
    on prompt: SweepPrompt, evaluator: MetricEvaluator, commands: [String: Double]
  ) {
    self.init(
      key: key, settings: settings, seed: seed, text: output.text,
      tokens: output.tokens, tokenLogProbabilities: output.tokenLogProbabilities,
      entropies: evaluator.needsEntropies ? output.entropies : [],
      keptReferenceTokens: evaluator.needsSupport ? output.keptReferenceTokens : [],
      baseTokenLogProbabilities: evaluator.needsBaseLogProbabilities
        ? output.baseTokenLogProbabilities : [],
      finishReason: output.finishReason, isComplete: output.isComplete,
      metrics: evaluator.values(of: output, on: prompt, commands: commands),
      seconds: output.seconds, segmentCount: output.part?.count)
  }
}
