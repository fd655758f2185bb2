#if CommandLine
  import JSON

  extension HTMLReport {
    /// The bytes of text that a page holds at most, about; beyond them, the trials that rank last are left out.
    private static let textLimit = 24_000_000

    /// The texts of the trials in the order of their rank, as far as the page has room.
    var texts: [TrialTexts] {
      let records = results.recordsByTrial
      let baseline = ranking.rows.first { $0.trial.isBaseline }?.trial
      let baselineRecords = baseline.flatMap { records[$0.id] } ?? [:]
      var room = Self.textLimit
      var sections: [TrialTexts] = []
      for (place, row) in ranking.rows.enumerated() where room > 0 {
        let own = records[row.trial.id] ?? [:]
        let compared = row.trial.id == baseline?.id ? [:] : baselineRecords
        let prompts = ranking.manifest.prompts.compactMap { prompt -> TrialTexts.Prompt? in
          guard let samples = own[prompt.id] else { return nil }
          return TrialTexts.Prompt(
            prompt: prompt.text, reference: prompt.references.first ?? "",
            hasReference: !prompt.references.isEmpty,
            samples: samples.map { sample($0, beside: compared[prompt.id] ?? []) })
        }
        for prompt in prompts {
          room -= prompt.prompt.utf8.count + prompt.reference.utf8.count + 400
          for sample in prompt.samples {
            room -= (sample.own + sample.other).reduce(200) { $0 + $1.text.utf8.count + 20 }
          }
        }
        sections.append(
          TrialTexts(
            id: row.trial.id, title: FindingsText.name(row.trial), isOpen: place == 0,
            command: writer.command(for: row.trial, model: ranking.manifest.model),
            prompts: prompts))
      }
      return sections
    }

    private func sample(
      _ record: SampleRecord, beside others: [SampleRecord]
    ) -> TrialTexts.Sample {
      var title = "Sample \(record.key.sample + 1)"
      if let name = ranking.manifest.objective?.name, let score = record.value(of: name) {
        title += ", \(name) \(ScoreText.number(score))"
      }
      // A trial that leaves nothing to chance has one text, to be compared with each.
      let other =
        others.first { $0.key.sample == record.key.sample }
        ?? (others.count == 1 ? others.first : nil)
      guard let other else {
        return TrialTexts.Sample(
          title: title, own: [.init(text: record.text, isChanged: false)], other: [],
          hasOther: false, remark: [])
      }
      guard other.text != record.text else {
        return TrialTexts.Sample(
          title: title, own: [.init(text: record.text, isChanged: false)], other: [],
          hasOther: false, remark: ["The baseline's text is the same."])
      }
      let difference = TextDifference(other.text, record.text)
      func parts(_ parts: [TextDifference.Part]) -> [TrialTexts.Part] {
        parts.map { .init(text: $0.text, isChanged: $0.isChanged) }
      }
      return TrialTexts.Sample(
        title: title, own: parts(difference.right), other: parts(difference.left), hasOther: true,
        remark: [])
    }
  }
#endif
