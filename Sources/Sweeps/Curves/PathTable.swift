import Metrics

/// The segments of a trial's path, prompt by prompt: a row for each run of temperatures at which all samples of a prompt
/// keep their texts.
struct PathTable {
  /// The places of the prompts on which everything is there.
  private(set) var prompts: [Int] = []
  /// What metrics see as prompts: one for each row.
  private(set) var rows: [SweepPrompt] = []
  /// By the id of the row, the texts of the samples.
  private(set) var records: [String: [SampleRecord]] = [:]
  /// By the id of the row, the baseline's texts of its prompt.
  private(set) var baselines: [String: [SampleRecord]] = [:]
  /// Texts that differ.
  private(set) var distinctTextCount = 0
  /// By prompt of ``prompts``, the rows with the bit pattern of the last temperature of each.
  private var ends: [[(last: UInt32, row: Int)]] = []
  private var first: UInt32 = 0

  init(_ results: SweepResults, trial: Trial) {
    guard let temperatures = trial.temperatures else { return }
    first = temperatures.lowerBound.bitPattern
    let manifest = results.manifest
    let byPrompt = results.recordsByTrial[trial.id] ?? [:]
    let baseline = manifest.trials.first(where: \.isBaseline)
    let baselineRecords = baseline.flatMap { results.recordsByTrial[$0.id] } ?? [:]
    let sampleCount = trial.sampleCount(repeats: manifest.repeats)
    var texts: Set<[String]> = []
    for (place, prompt) in manifest.prompts.enumerated() {
      let samples = Dictionary(grouping: byPrompt[prompt.id] ?? [], by: \.key.sample)
        .sorted { $0.key < $1.key }.map { $0.value.sorted { $0.key.segment < $1.key.segment } }
      guard samples.count == sampleCount,
        samples.allSatisfy({ $0.last?.isLast == true && $0.count == $0.last?.segmentCount })
      else { continue }
      for record in samples.joined() { texts.insert([prompt.id, record.text]) }
      prompts.append(place)
      ends.append(
        Self.cuts(samples).map { (last, records) -> (last: UInt32, row: Int) in
          let row = SweepPrompt(
            id: "\(rows.count)", text: prompt.text, references: prompt.references)
          self.records[row.id] = records
          baselines[row.id] = baselineRecords[prompt.id]
          rows.append(row)
          return (last, rows.count - 1)
        })
    }
    distinctTextCount = texts.count
  }

  /// The runs at which no sample changes its text: the last temperature of each, and the samples' records.
  private static func cuts(_ samples: [[SampleRecord]]) -> [(UInt32, [SampleRecord])] {
    func last(_ record: SampleRecord) -> UInt32 {
      record.settings.pathTemperatures?.upperBound.bitPattern ?? .max
    }
    var places = samples.map { _ in 0 }
    var runs: [(UInt32, [SampleRecord])] = []
    while true {
      let records = samples.indices.map { samples[$0][places[$0]] }
      guard let end = records.map(last).min() else { return runs }
      runs.append((end, records))
      var isOver = false
      for index in samples.indices where last(records[index]) == end {
        places[index] += 1
        if places[index] == samples[index].count { isOver = true }
      }
      if isOver { return runs }
    }
  }

  /// The places in ``prompts`` of some of the manifest's prompts.
  func places(among wanted: [Int]) -> [Int] {
    let wanted = Set(wanted)
    return prompts.indices.filter { wanted.contains(prompts[$0]) }
  }

  /// By prompt of ``prompts``, the row at a temperature.
  func rows(at temperature: Float) -> [Int] {
    ends.map { ends in
      var (low, high) = (0, ends.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle].last < temperature.bitPattern { low = middle + 1 } else { high = middle }
      }
      return ends[low].row
    }
  }

  /// Calls `body` for each run of temperatures at which no text of some prompts changes, with their rows, from the lowest
  /// up.
  func forEachInterval(
    of prompts: [Int], _ body: (ClosedRange<Float>, [Int]) -> Void
  ) {
    guard !prompts.isEmpty else { return }
    var start = first
    var rows = prompts.map { ends[$0][0].row }
    // Each end of a row, with what follows it.
    let changes = prompts.indices.flatMap { index in
      ends[prompts[index]].indices.map { (ends[prompts[index]][$0].last, index, $0) }
    }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    for (last, index, number) in changes {
      if start <= last {
        body(Float(bitPattern: start)...Float(bitPattern: last), rows)
        start = last + 1
      }
      let next = number + 1
      if next < ends[prompts[index]].count { rows[index] = ends[prompts[index]][next].row }
    }
  }
}
