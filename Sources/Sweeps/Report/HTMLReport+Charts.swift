#if CommandLine
  import Metrics

  extension HTMLReport {
    private var objective: SweepSpecification.Objective? { ranking.manifest.objective }

    /// The objective of each row on the prompts that numbers are told of; NaN where there is none.
    private func scores(_ rows: [Ranking.Row]) -> [Double] {
      rows.map { row in objective.flatMap { row.value(of: $0.name)?.estimate } ?? .nan }
    }

    /// The trials that ran on as many prompts as any: others' numbers don't compare.
    private var comparable: [Ranking.Row] {
      let most = ranking.rows.map(\.promptCount).max() ?? 0
      return ranking.rows.filter { $0.promptCount == most }
    }

    private func standings(_ rows: [Ranking.Row]) -> [TrialStanding] {
      rows.map { TrialStanding($0, isMaximized: objective?.goal != .minimize) }
    }

    private func titles(_ rows: [Ranking.Row]) -> [String] {
      zip(rows, scores(rows)).map { row, score in
        "\(FindingsText.name(row.trial)): \(ScoreText.number(score))"
      }
    }

    private var baselineScore: Double? {
      ranking.rows.first { $0.trial.isBaseline }.flatMap { scores([$0]).first }
    }

    /// Which prompts and which trials the numbers of a chart are of.
    private var basis: String {
      let (count, all) = (comparable.count, ranking.rows.count)
      var text = "Of "
      if count < all {
        text += "the \(FindingsText.count(count, "trial")) of \(all) that ran on every prompt, on "
      }
      text += FindingsText.count(ranking.promptCounts.report, "prompt")
      return text + (ranking.manifest.holdout > 0 ? " held out." : ".")
    }

    private static let colours =
      "Blue: the paired interval lies on the better side of the baseline; orange: on the worse; grey: chance can explain it. The dashed line is the baseline."

    /// The curves of the trials that are paths.
    func curves(_ paths: [MetricCurve]) -> [ReportContent.Curve] {
      let baseline = ranking.baselineScore
      return paths.map { curve in
        ReportContent.Curve(
          title: curve.title, summary: curve.summary(baseline: baseline),
          drawing: CurveChart(curve: curve, baseline: baseline).markup)
      }
    }

    // MARK: - Parameters

    var importance: [ReportContent.Importance] {
      guard let found = ranking.findings.decomposition,
        let objective
      else { return [] }
      let shares =
        (found.presence.map { [$0] } ?? [])
        + found.shares.sorted { ($1.share, $0.parameter) < ($0.share, $1.parameter) }
      guard !shares.isEmpty else { return [] }
      var remarks: [String] = []
      if !found.hasDifferences {
        remarks.append(
          "The trials differ by no more than chance explains, so there is nothing to share out.")
      }
      for overlap in found.overlaps {
        remarks.append(
          "\(overlap.names[0]) and \(overlap.names[1]) vary together in this design (\(ScoreText.percent(overlap.share))): "
            + (overlap.share > 0.99
              ? "it can't tell them apart." : "what goes with both is credited to neither."))
      }
      for share in shares where share.isConfounded && found.overlaps.isEmpty {
        remarks.append("There are too few trials to tell \(share.parameter) from the others.")
      }
      if found.hasDifferences, found.rest >= 0.05 {
        remarks.append(
          "\(ScoreText.percent(found.rest)) goes with no parameter alone: with several together, or with what differs within a group of values."
        )
      }
      return [
        ReportContent.Importance(
          caption:
            "The share of the differences in \(objective.name) between \(FindingsText.count(ranking.findings.decomposedTrialCount, "trial")) that goes with each parameter, among the trials in which it applies, less what chance adds; the line is the 95 % interval. \(basis)",
          bars: shares.map(Self.bar), remarks: remarks)
      ]
    }

    private static func bar(_ share: VarianceShare) -> ReportContent.Bar {
      func percent(_ value: Double) -> String { FixedPoint.text(100 * value, places: 1) + "%" }
      let interval = share.interval
      let isKnown = interval.lower.isFinite && interval.upper.isFinite
      return ReportContent.Bar(
        name: share.parameter, share: percent(share.share),
        note: ScoreText.percent(share.share)
          + (isKnown
            ? " (\(FixedPoint.text(100 * interval.lower, places: 0)) to \(FixedPoint.text(100 * interval.upper, places: 0)))"
            : ""),
        interval: isKnown
          ? [.init(start: percent(interval.lower), width: percent(interval.upper - interval.lower))]
          : [])
    }

    private var levels: [ParameterLevels] {
      let trials = spaceRows.map(\.trial)
      return ranking.manifest.parameters.map { ParameterLevels($0, trials: trials) }
        .filter(\.varies)
    }

    /// The trials of the space, without a baseline that is none of them.
    private var spaceRows: [Ranking.Row] { comparable.filter { $0.trial.number > 0 } }

    var parameters: [ReportContent.Parameters] {
      let rows = spaceRows
      guard let objective, scores(rows).contains(where: \.isFinite) else { return [] }
      let figures = levels.filter { $0.labels.count > 1 }.map { level in
        ReportContent.Figure(
          drawing: ParameterPlot(
            levels: level, metric: objective.name, scores: scores(rows),
            standings: standings(rows), titles: titles(rows), reference: baselineScore
          ).markup)
      }
      guard !figures.isEmpty else { return [] }
      return [
        ReportContent.Parameters(
          caption:
            "A dot for each trial in which the parameter applies; bars are means. \(Self.colours) \(basis)",
          figures: figures)
      ]
    }

    /// The two parameters that matter most among those that trials have together.
    var heat: [ReportContent.Heat] {
      guard let objective else { return [] }
      let rows = spaceRows
      let shares = ranking.findings.decomposition?.shares ?? []
      func share(_ name: String) -> Double { shares.first { $0.parameter == name }?.share ?? 0 }
      let candidates = levels.filter { $0.labels.count > 1 }
        .sorted { share($0.name) > share($1.name) }
      for (index, first) in candidates.enumerated() {
        for second in candidates.dropFirst(index + 1) {
          let together = zip(first.groups, second.groups).count { $0 != nil && $1 != nil }
          guard together >= 4 else { continue }
          let (vertical, horizontal) =
            first.labels.count >= second.labels.count ? (first, second) : (second, first)
          let widths = rows.compactMap { $0.difference?.interval }.map { ($0.upper - $0.lower) / 2 }
            .filter(\.isFinite).sorted()
          return [
            ReportContent.Heat(
              caption:
                "The mean \(objective.name) over all trials with both values. Colour begins where a mean is farther from that of all trials than half the interval of one difference: blue is better, orange is worse. \(basis)",
              map: HeatMap(
                rows: vertical, columns: horizontal, scores: scores(rows),
                unit: widths.isEmpty ? nil : Quantile.interpolated(widths, 0.5),
                isMaximized: objective.goal != .minimize))
          ]
        }
      }
      return []
    }

    // MARK: - Methods and history

    var expected: [ReportContent.Chart] {
      let methods = ranking.findings.methods
      guard let objective, methods.contains(where: { $0.curve.count > 1 }) else { return [] }
      return [
        ReportContent.Chart(
          caption:
            "What a search would find: the expected \(objective.name) of the first-ranked of so many settings of a method, over all choices of as many of its trials. The more settings are tried, the better the best is by chance alone, so compare methods at equal numbers. \(basis)",
          drawing: LineChart(
            label: "Expected best \(objective.name) by number of settings",
            lines: methods.map { .init(name: $0.name, values: $0.curve) },
            horizontal: "settings tried", vertical: "expected \(objective.name)",
            reference: baselineScore
          ).markup,
          legend: methods.enumerated().map { index, method in
            .init(
              style: "line-\(index % LineChart.styleCount)",
              name: "\(method.name) (\(FindingsText.count(method.curve.count, "setting")))")
          })
      ]
    }

    /// Shown from so many trials on.
    private static let historyCount = 8

    var history: [ReportContent.Chart] {
      let rows = spaceRows.sorted { $0.trial.number < $1.trial.number }
      let scores = scores(rows)
      guard let objective, rows.count >= Self.historyCount, scores.contains(where: \.isFinite)
      else { return [] }
      var best: [Double] = []
      for score in scores {
        let last = best.last ?? .nan
        let isBetter = objective.goal == .maximize ? score > last : score < last
        best.append(isBetter || last.isNaN ? score : last)
      }
      return [
        ReportContent.Chart(
          caption:
            "The trials in the order of the plan; the line is the first-ranked so far. \(Self.colours) \(basis)",
          drawing: LineChart(
            label: "\(objective.name) of the trials in their order",
            lines: [.init(name: "the first-ranked so far", values: best)],
            dots: zip(zip(scores, standings(rows)), titles(rows)).map {
              ($0.0.0, $0.0.1.style, $0.1)
            },
            horizontal: "trials", vertical: objective.name, reference: baselineScore
          ).markup, legend: [])
      ]
    }

    // MARK: - Quality and diversity

    var pareto: [ReportContent.Chart] {
      let manifest = ranking.manifest
      let rows = comparable
      guard let quality = manifest.objective?.name ?? manifest.metrics.first,
        let diversity = manifest.metrics.first(where: { name in
          name != quality && Self.diversities.contains { name.hasPrefix($0) }
        })
      else { return [] }
      func axis(_ name: String, _ maximized: Bool) -> (String, Bool, [Double]) {
        (name, maximized, rows.map { $0.value(of: name)?.estimate ?? .nan })
      }
      let goal = (try? MetricCatalogue.metric(named: diversity))?.goal
      return [
        ReportContent.Chart(
          caption:
            "A dot for each trial. Of those on the line, no other trial is better in both; numbers are those of the trials. \(Self.colours.split(separator: ". The dashed")[0]). \(basis)",
          drawing: ParetoPlot(
            quality: axis(quality, objective?.goal != .minimize),
            diversity: axis(diversity, goal != .minimize),
            labels: rows.map { "\($0.trial.number)" }, standings: standings(rows),
            titles: titles(rows)
          ).markup, legend: [])
      ]
    }

    /// What the names of metrics of diversity begin with, the plainest first.
    private static let diversities = [
      "distinct_", "self_bleu", "seq_rep_", "unigram_entropy", "entropy",
    ]
  }
#endif
