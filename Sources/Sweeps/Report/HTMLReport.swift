#if CommandLine
  import JSON
  import Metrics
  import Mustache

  /// A sweep's results as one HTML page that needs nothing else: no script, no network. It reads on a phone, in the dark and
  /// on paper.
  public struct HTMLReport {
    private let ranking: Ranking
    private let results: SweepResults
    private let writer: any TrialSettingsWriter

    /// The prompts whose texts are shown.
    private static let promptCount = 6

    /// A report of `results`.
    ///
    /// - Parameters:
    ///   - ranking: of the same results.
    ///   - writer: writes the settings of the best trial to be pasted.
    public init(_ results: SweepResults, ranking: Ranking, writer: any TrialSettingsWriter) {
      self.results = results
      self.ranking = ranking
      self.writer = writer
    }

    /// The page.
    ///
    /// - Throws: ``SweepError/execution(_:)`` where the template can't be read, which is a fault of this program.
    public func page() throws(SweepError) -> String {
      let content = try content()
      do {
        return try MustacheTemplate(string: ReportTemplate.page).render(content)
      } catch {
        throw .execution("the template of the report is wrong: \(error)")
      }
    }

    // MARK: - Content

    private func content() throws(SweepError) -> ReportContent {
      let manifest = ranking.manifest
      let levels = manifest.parameters.map { ParameterLevels($0, trials: trials) }.filter(\.varies)
      return ReportContent(
        title: manifest.name, summary: summary, facts: facts,
        table: ReportTable(ranking: ranking), parallel: parallel(levels), heat: heat(levels),
        pareto: pareto, curves: try curves, importance: importance(levels),
        columns: textColumns.map(\.title),
        texts: texts, settings: settings, notes: notes)
    }

    private var trials: [Trial] { ranking.rows.map(\.trial) }

    /// The objective of each row; NaN where there is none.
    private var scores: [Double] { ranking.rows.map(\.selectionScore) }

    private var isMaximized: Bool { ranking.manifest.objective?.goal != .minimize }

    private var summary: String {
      guard let objective = ranking.manifest.objective, let best = ranking.rows.first,
        let value = best.value(of: objective.name), value.estimate.isFinite
      else {
        return "The sweep names no metric to rank by; the trials stand in the order of the plan."
      }
      var text =
        "\(Self.name(best.trial)) ranks first, with \(objective.name) \(ScoreText.number(value.estimate))"
      if value.lower.isFinite {
        text +=
          " (95 % interval \(ScoreText.number(value.lower)) to \(ScoreText.number(value.upper)))"
      }
      guard let difference = best.difference else { return text + "." }
      let isClear = difference.adjusted < 0.05
      return text
        + ": \(ScoreText.signed(difference.bootstrap.difference.estimate)) against the baseline, "
        + (isClear
          ? "more than chance explains" : "which chance can explain")
        + " (p = \(ScoreText.probability(difference.adjusted)) after correction)."
    }

    private var facts: [ReportContent.Fact] {
      let manifest = ranking.manifest
      let completed = results.records.count
      var facts: [(String, String)] = [
        ("Model", manifest.model), ("Trials", "\(manifest.trials.count)"),
        ("Prompts", "\(manifest.prompts.count)"), ("Continuations", "\(completed)"),
        ("Seed", "\(manifest.seed)"),
      ]
      if !results.failures.isEmpty { facts.append(("Failed", "\(results.failures.count)")) }
      let tokens = results.records.reduce(0) { $0 + $1.tokens.count }
      facts.append(("Tokens", "\(tokens)"))
      let texts = Set(results.records.map { "\($0.key.prompt) \($0.text)" }).count
      facts.append(("Different texts", "\(texts)"))
      return facts.map { ReportContent.Fact(name: $0.0, value: $0.1) }
    }

    private static func name(_ trial: Trial) -> String {
      if trial.parameters.isEmpty { return "The baseline" }
      let parameters = trial.parameters.map { "\($0.key) \($0.value.string ?? $0.value.text)" }
      return "Trial \(trial.number) (\(parameters.joined(separator: ", ")))"
    }

    private var titles: [String] {
      zip(ranking.rows, scores).map { row, score in
        "\(Self.name(row.trial)): \(ScoreText.number(score))"
      }
    }

    // MARK: - Charts

    /// The curves of the trials that are paths.
    private var curves: [ReportContent.Curve] {
      get throws(SweepError) {
        let baseline = ranking.baselineScore
        return try MetricCurve.all(of: results).map { curve in
          ReportContent.Curve(
            title: curve.title, summary: curve.summary(baseline: baseline),
            drawing: CurveChart(curve: curve, baseline: baseline).markup)
        }
      }
    }

    private func parallel(_ levels: [ParameterLevels]) -> [String] {
      guard let objective = ranking.manifest.objective, !levels.isEmpty,
        scores.contains(where: \.isFinite)
      else { return [] }
      let finite = scores.filter(\.isFinite)
      let (least, greatest) = (finite.min() ?? 0, finite.max() ?? 1)
      let standing = scores.map { score in
        let share = greatest > least ? (score - least) / (greatest - least) : 0.5
        return score.isFinite ? isMaximized ? share : 1 - share : 0
      }
      return [
        ParallelCoordinates(
          levels: levels, metric: objective.name, scores: scores, standing: standing, titles: titles
        ).markup
      ]
    }

    private func shares(_ levels: [ParameterLevels]) -> [VarianceShare] {
      levels.compactMap {
        VarianceShare(parameter: $0.name, levels: $0.groups, scores: scores)
      }.sorted { ($1.share, $0.parameter) < ($0.share, $1.parameter) }
    }

    private func importance(_ levels: [ParameterLevels]) -> [String] {
      let shares = shares(levels)
      guard !shares.isEmpty else { return [] }
      return [
        BarChart(
          label: "Share of the variance between trials that goes with each parameter",
          bars: shares.map { share in
            (
              share.parameter, share.share,
              "\(FixedPoint.text(100 * share.share, places: 0)) % "
                + "(\(FixedPoint.text(100 * share.adjustedShare, places: 0)) % adjusted)"
            )
          }
        ).markup
      ]
    }

    /// The two parameters that matter most among those that trials have together.
    private func heat(_ levels: [ParameterLevels]) -> [String] {
      guard let objective = ranking.manifest.objective else { return [] }
      let order = shares(levels).map(\.parameter)
      let candidates = levels.filter { $0.labels.count > 1 && order.contains($0.name) }
        .sorted { order.firstIndex(of: $0.name) ?? 0 < order.firstIndex(of: $1.name) ?? 0 }
      for (index, first) in candidates.enumerated() {
        for second in candidates.dropFirst(index + 1) {
          let together = zip(first.groups, second.groups).count { $0 != nil && $1 != nil }
          guard together >= 4 else { continue }
          let (rows, columns) =
            first.labels.count <= second.labels.count ? (first, second) : (second, first)
          return [
            HeatMap(
              rows: rows, columns: columns, metric: objective.name, scores: scores,
              isMaximized: isMaximized
            ).markup
          ]
        }
      }
      return []
    }

    private var pareto: [String] {
      let manifest = ranking.manifest
      guard let quality = manifest.objective?.name ?? manifest.metrics.first,
        let diversity = manifest.metrics.first(where: { name in
          name != quality && Self.diversities.contains { name.hasPrefix($0) }
        })
      else { return [] }
      func axis(_ name: String, _ maximized: Bool) -> (String, Bool, [Double]) {
        (name, maximized, ranking.rows.map { $0.value(of: name)?.estimate ?? .nan })
      }
      let goal = (try? MetricCatalogue.metric(named: diversity))?.goal
      return [
        ParetoPlot(
          quality: axis(quality, isMaximized), diversity: axis(diversity, goal != .minimize),
          labels: trials.map { "\($0.number)" }, titles: titles
        ).markup
      ]
    }

    /// What the names of metrics of diversity begin with, the plainest first.
    private static let diversities = [
      "distinct_", "self_bleu", "seq_rep_", "unigram_entropy", "entropy",
    ]

    // MARK: - Texts and settings

    /// The best trial, the baseline and the worst.
    private var textColumns: [(title: String, trial: Trial)] {
      let finished = ranking.rows.filter { $0.promptCount > 0 }
      var columns: [(title: String, trial: Trial)] = []
      func add(_ title: String, _ row: Ranking.Row?) {
        guard let row, !columns.contains(where: { $0.trial.id == row.trial.id }) else { return }
        columns.append((title: "\(title): \(Self.name(row.trial))", trial: row.trial))
      }
      add("Best", finished.first)
      add("Baseline", finished.first { $0.trial.isBaseline })
      add("Worst", finished.last)
      return columns
    }

    private var texts: [ReportContent.Prompt] {
      let records = results.recordsByTrial
      return ranking.manifest.prompts.prefix(Self.promptCount).map { prompt in
        ReportContent.Prompt(
          prompt: prompt.text, reference: prompt.references.first ?? "",
          hasReference: !prompt.references.isEmpty,
          cells: textColumns.map { column in
            let record = records[column.trial.id]?[prompt.id]?.first
            let score = ranking.manifest.objective.flatMap { record?.value(of: $0.name) }
            return ReportContent.Text(
              title: column.title, text: record?.text ?? "",
              score: score.map {
                "\(ranking.manifest.objective?.name ?? "") \(ScoreText.number($0))"
              }
                ?? "")
          })
      }
    }

    private var settings: [ReportContent.Settings] {
      ranking.rows.prefix(1).map { row in
        ReportContent.Settings(
          command: writer.command(for: row.trial, model: ranking.manifest.model),
          configuration: writer.configuration(for: row.trial))
      }
    }

    private var notes: [String] {
      let manifest = ranking.manifest
      var notes = [
        "The baseline, marked *, is what holds when no parameter says anything: the sweep's defaults over what the model's files recommend.",
        "Intervals cover 95 %: the percentiles of 1,000 bootstrap resamples of prompts, the same for all trials.",
      ]
      if ranking.rows.contains(where: { $0.difference != nil }) {
        notes.append(
          "p-values: approximate randomisation over prompts (10,000 assignments) against the baseline, two-sided, with Holm's correction for the number of trials."
        )
      }
      if manifest.holdout > 0 {
        notes.append(
          "Trials are ordered by \(ranking.promptCounts.selection) prompts; intervals, comparisons and all other numbers are of the \(ranking.promptCounts.report) held out."
        )
      }
      for name in manifest.metrics {
        if let metric = try? MetricCatalogue.metric(named: name) {
          notes.append("\(name): \(metric.summary).")
        } else {
          notes.append("\(name): from the user's own program.")
        }
      }
      return notes
    }
  }
#endif
