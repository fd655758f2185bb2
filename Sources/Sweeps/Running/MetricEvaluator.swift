import JSON
import Metrics

/// Computes the metrics of a sweep: of each continuation as it comes, and of trials out of records.
struct MetricEvaluator: Sendable {
  /// A metric with what its numbers are called.
  private struct Named: Sendable {
    var name: String
    /// `nil`: a user's program computes it, and its numbers stand in the records.
    var metric: Metric?
  }

  private let metrics: [Named]

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

  /// Whether a metric looks at the entropies of the model's distributions.
  var needsEntropies: Bool {
    metrics.contains { $0.metric?.needs.contains(.entropies) ?? false }
  }

  /// Whether a metric looks at which tokens of the references the filters leave.
  var needsSupport: Bool {
    metrics.contains { $0.metric?.needs.contains(.keptReferenceTokens) ?? false }
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
  ///   - prompts: the prompts of the rows.
  func statistics(
    of name: String, records: [String: [SampleRecord]], prompts: [SweepPrompt]
  ) -> PromptStatistics {
    guard let metric = metrics.first(where: { $0.name == name })?.metric else {
      return PromptStatistics(
        rows: prompts.map { prompt in
          let values = (records[prompt.id] ?? []).compactMap { $0.value(of: name) }
          return MetricStatistics(sums: [values.reduce(0, +), Double(values.count)])
        }
      ) { $0.sums.count == 2 && $0.sums[1] > 0 ? $0.sums[0] / $0.sums[1] : .nan }
    }
    return PromptStatistics(
      rows: prompts.map { prompt in
        let records = records[prompt.id] ?? []
        return metric.statistics(
          of: MetricInput(
            samples: records.map(MetricInput.Sample.init), references: prompt.references,
            keptReferenceTokens: records.first?.keptReferenceTokens ?? [],
            seconds: records.isEmpty ? nil : records.reduce(0) { $0 + $1.seconds }))
      }
    ) { metric.value(of: $0) ?? .nan }
  }
}

extension MetricInput.Sample {
  init(_ output: SampleOutput) {
    self.init(
      text: output.text, tokens: output.tokens, logProbabilities: output.tokenLogProbabilities,
      entropies: output.entropies, isComplete: output.isComplete)
  }

  init(_ record: SampleRecord) {
    self.init(
      text: record.text, tokens: record.tokens, logProbabilities: record.tokenLogProbabilities,
      entropies: record.entropies, isComplete: record.isComplete)
  }
}

extension SampleRecord {
  /// A metric's number, unless it is undefined.
  func value(of metric: String) -> Double? {
    metrics.first { $0.key == metric }?.value.double.flatMap { $0.isNaN ? nil : $0 }
  }
}
