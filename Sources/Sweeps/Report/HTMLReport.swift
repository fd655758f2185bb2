#if CommandLine
  import JSON
  import Metrics
  import Mustache

  /// A sweep's results as one HTML page that needs nothing else, and no network. It reads on a phone, in the dark and on
  /// paper, and of a run that isn't finished. A small script in it sorts the table; all else works without.
  public struct HTMLReport {
    let ranking: Ranking
    let results: SweepResults
    let writer: any TrialSettingsWriter

    /// A report of `results`.
    ///
    /// - Parameters:
    ///   - ranking: of the same results.
    ///   - writer: writes the settings of trials to be pasted.
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

    private func content() throws(SweepError) -> ReportContent {
      let sentences = FindingsText(ranking)
      let texts = texts
      let paths = try MetricCurve.all(of: results)
      return ReportContent(
        title: ranking.manifest.name, summary: sentences.verdict,
        state: sentences.state.map { [$0] } ?? [], lessons: sentences.lessons, facts: facts,
        table: ReportTable(ranking: ranking, linked: Set(texts.map(\.id))),
        settings: settings(paths),
        importance: importance, parameters: parameters, heat: heat, expected: expected,
        pareto: pareto, curves: curves(paths), history: history, texts: texts,
        notes: notes(sentences, shownTexts: texts.count))
    }

    private var facts: [ReportContent.Fact] {
      let manifest = ranking.manifest
      var facts: [(String, String)] = [
        ("Model", manifest.model), ("Trials", "\(manifest.trials.count)"),
        ("Prompts", "\(manifest.prompts.count)"), ("Continuations", "\(results.records.count)"),
        ("Seed", "\(manifest.seed)"),
      ]
      if !results.failures.isEmpty { facts.append(("Failed", "\(results.failures.count)")) }
      let tokens = results.records.reduce(0) { $0 + $1.tokens.count }
      facts.append(("Tokens", "\(tokens)"))
      let texts = Set(results.records.map { "\($0.key.prompt) \($0.text)" }).count
      facts.append(("Different texts", "\(texts)"))
      return facts.map { ReportContent.Fact(name: $0.0, value: $0.1) }
    }

    /// Those of the trial that ranks first, and those of the best temperature of each path.
    private func settings(_ paths: [MetricCurve]) -> [ReportContent.Settings] {
      var settings: [ReportContent.Settings] = []
      if ranking.rows.count > 1, let first = ranking.rows.first, first.rank != nil {
        settings.append(
          self.settings(
            of: first.trial,
            ranking.hasClearWinner
              ? "Settings of the best trial" : "Settings of the trial that ranks first"))
      }
      for path in paths {
        guard let temperature = path.shortestBestTemperature else { continue }
        settings.append(
          self.settings(
            of: path.trial.settled(at: temperature),
            "Settings at the best temperature of trial \(path.trial.number)"))
      }
      return settings
    }

    private func settings(of trial: Trial, _ title: String) -> ReportContent.Settings {
      ReportContent.Settings(
        title: title, command: writer.command(for: trial, model: ranking.manifest.model),
        configuration: writer.configuration(for: trial),
        note: writer.note(for: trial).map { [$0] } ?? [])
    }

    private func notes(_ sentences: FindingsText, shownTexts: Int) -> [String] {
      var notes = sentences.legend
      notes.append(
        "Intervals cover 95 %: they lie between the ordered scores of random subsets of the prompts, the same for all trials. With fewer than 6 prompts there is none."
      )
      if ranking.manifest.prompts.contains(where: { $0.cluster != nil }) {
        notes.append(
          "Prompts of one cluster are resampled together: the clusters are what intervals and tests count."
        )
      }
      if shownTexts < ranking.rows.count {
        notes.append(
          "The page has room for the texts of the \(shownTexts) trials that rank first; those of the others are in results.jsonl."
        )
      }
      for name in ranking.manifest.metrics {
        if let metric = try? MetricCatalogue.metric(named: name) {
          notes.append("\(name): \(metric.summary).")
        } else {
          notes.append(
            "\(name): from the sweep file: a program's number, or the share of texts in a language."
          )
        }
      }
      return notes
    }
  }
#endif
