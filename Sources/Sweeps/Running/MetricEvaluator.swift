import JSON
import Metrics

/// Computes the metrics of a sweep: of each continuation as it comes, and of trials out of records.
struct MetricEvaluator: Sendable {
  /// A metric with what its numbers are called.
  private struct Named: Sendable {
    var name: String
    /// `nil`: a scorer computes it, such as a user's program, and its numbers stand in the records.
    var metric: Metric?
    /// For a metric that compares equal numbers of samples alone: the number that every trial has; else `nil`.
    var sampleCount: Int?
  }

  private var metrics: [Named]

  /// - Throws: ``SweepError/execution(_:)`` for a name that the catalogue doesn't know, as one written by another version.
  init(names: [String], commands: Set<String>) throws(SweepError) {
    var metrics: [Named] = []
    for name in names {
      if commands.contains(name) {
        metrics.append(Named(name: name))
        continue
      }
      do {
        metrics.append(Named(name: name, metric: try MetricCatalogue.metric(named: name)))
      } catch {
        throw .execution("\(error)")
      }
    }
    self.metrics = metrics
  }

  /// The evaluator for trials that are to be compared: where samples are judged together, as many are taken from each
  /// trial as every trial has (of those with several, where one sample has no value).
  func comparing(_ trials: [Trial], repeats: Int) -> MetricEvaluator {
    var evaluator = self
    let counts = trials.map { $0.sampleCount(repeats: repeats) }
    for (index, named) in metrics.enumerated() {
      guard let metric = named.metric, [.together, .pooled].contains(metric.sampleUse) else {
        continue
      }
      let least = metric.needs.contains(.severalSamples) ? 2 : 1
      evaluator.metrics[index].sampleCount = counts.filter { $0 >= least }.min()
    }
    return evaluator
  }

  /// The samples that a metric judges together, where only equal numbers compare.
  func comparedSampleCount(of name: String) -> Int? {
    metrics.first { $0.name == name }?.sampleCount
  }

  /// A metric of the catalogue.
  func metric(_ name: String) -> Metric? { metrics.first { $0.name == name }?.metric }

  /// Whether a metric looks at log-probabilities under the base model.
  var needsBaseLogProbabilities: Bool {
    metrics.contains { $0.metric?.needs.contains(.baseLogProbabilities) ?? false }
  }

  /// Whether a metric looks at the entropies of the model's distributions.
  var needsEntropies: Bool {
    metrics.contains { $0.metric?.needs.contains(.entropies) ?? false }
  }

  /// Whether a metric looks at which tokens of the references the filters leave.
  var needsSupport: Bool {
    metrics.contains { $0.metric?.needs.contains(.keptReferenceTokens) ?? false }
  }

  /// What the executor must give beside texts, tokens and log-probabilities.
  var sampleNeeds: SampleNeeds {
    var needs: SampleNeeds = []
    if needsEntropies { needs.insert(.entropies) }
    if needsSupport { needs.insert(.keptReferenceTokens) }
    if needsBaseLogProbabilities { needs.insert(.baseLogProbabilities) }
    return needs
  }

  /// The numbers of one continuation; NaN where a metric is undefined for one alone. A user's programs add theirs.
  func values(
    of output: SampleOutput, on prompt: SweepPrompt, commands: [String: Double]
  ) -> [JSONMember] {
    let input = MetricInput(
      samples: [MetricInput.Sample(output)], references: prompt.references,
      keptReferenceTokens: output.keptReferenceTokens)
    // Speed stands with the timing alone, so that all else can be compared.
    return metrics.filter { !($0.metric?.needs.contains(.timing) ?? false) }.map { named in
      let value = named.metric.map { $0.value(of: input) } ?? commands[named.name]
      return JSONMember(named.name, .number(value ?? .nan))
    }
  }

  /// What a metric knows of a trial, a row for each prompt.
  ///
  /// - Parameters:
  ///   - name: one of the sweep's metrics.
  ///   - records: of the trial, by prompt, in the order of the samples.
  ///   - baseline: of the baseline, in the same way.
  ///   - prompts: the prompts of the rows.
  func statistics(
    of name: String, records: [String: [SampleRecord]], baseline: [String: [SampleRecord]],
    prompts: [SweepPrompt]
  ) -> PromptStatistics {
    guard let named = metrics.first(where: { $0.name == name }), let metric = named.metric else {
      return PromptStatistics(
        rows: prompts.map { prompt in
          let values = (records[prompt.id] ?? []).compactMap { $0.value(of: name) }
          return MetricStatistics(sums: [values.reduce(0, +), Double(values.count)])
        }
      ) { $0.sums.count == 2 && $0.sums[1] > 0 ? $0.sums[0] / $0.sums[1] : .nan }
    }
    return PromptStatistics(
      rows: prompts.map { prompt in
        let samples = Self.blocks(of: records[prompt.id] ?? [], named).map { block in
          metric.statistics(
            of: Self.input(block, of: prompt, baseline: baseline[prompt.id] ?? []))
        }
        return .sum(of: samples)
      }
    ) { metric.value(of: $0) ?? .nan }
  }

  /// The number of each sample alone, by prompt; `nil` for metrics that judge samples together.
  func sampleStatistics(
    of name: String, records: [String: [SampleRecord]], baseline: [String: [SampleRecord]],
    prompts: [SweepPrompt]
  ) -> (statistics: PromptStatistics, counts: [Int])? {
    if let metric = metric(name), metric.sampleUse != .each { return nil }
    var rows: [SampleRecord] = []
    var owners: [SweepPrompt] = []
    for prompt in prompts {
      for record in records[prompt.id] ?? [] {
        rows.append(record)
        owners.append(prompt)
      }
    }
    let single = zip(rows, owners).map { record, prompt -> MetricStatistics in
      guard let metric = metric(name) else {
        let value = record.value(of: name)
        return MetricStatistics(sums: [value ?? 0, value == nil ? 0 : 1])
      }
      return metric.statistics(
        of: Self.input([record], of: prompt, baseline: baseline[prompt.id] ?? []))
    }
    let finish: @Sendable (MetricStatistics) -> Double =
      if let metric = metric(name) {
        { metric.value(of: $0) ?? .nan }
      } else {
        { $0.sums.count == 2 && $0.sums[1] > 0 ? $0.sums[0] / $0.sums[1] : .nan }
      }
    return (
      PromptStatistics(rows: single, score: finish), prompts.map { records[$0.id]?.count ?? 0 }
    )
  }

  /// The samples that are judged together: all of them, or as many blocks of the number that every trial has as there
  /// are. Texts that are pooled over prompts are taken from the first block alone.
  private static func blocks(of records: [SampleRecord], _ named: Named) -> [[SampleRecord]] {
    guard let count = named.sampleCount, count > 0, records.count > count else { return [records] }
    if named.metric?.sampleUse == .pooled { return [Array(records.prefix(count))] }
    return (0..<records.count / count).map { Array(records[$0 * count..<($0 + 1) * count]) }
  }

  private static func input(
    _ records: [SampleRecord], of prompt: SweepPrompt, baseline: [SampleRecord]
  ) -> MetricInput {
    MetricInput(
      samples: records.map(MetricInput.Sample.init), references: prompt.references,
      keptReferenceTokens: records.first?.keptReferenceTokens ?? [],
      baseline: baseline.map(MetricInput.Sample.init),
      seconds: records.isEmpty ? nil : records.reduce(0) { $0 + $1.seconds })
  }
}

extension MetricInput.Sample {
  init(_ output: SampleOutput) {
    self.init(
      text: output.text, tokens: output.tokens, logProbabilities: output.tokenLogProbabilities,
      entropies: output.entropies, baseLogProbabilities: output.baseTokenLogProbabilities,
      isComplete: output.isComplete)
  }

  init(_ record: SampleRecord) {
    self.init(
      text: record.text, tokens: record.tokens, logProbabilities: record.tokenLogProbabilities,
      entropies: record.entropies, baseLogProbabilities: record.baseTokenLogProbabilities,
      isComplete: record.isComplete)
  }
}

extension SampleRecord {
  /// A metric's number, unless it is undefined.
  func value(of metric: String) -> Double? {
    metrics.first { $0.key == metric }?.value.double.flatMap { $0.isNaN ? nil : $0 }
  }
}
