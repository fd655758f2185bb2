/// All that a sweep found out: the records of all shards in the order of the plan.
public struct SweepResults: Sendable {
  /// What was asked.
  public var manifest: Manifest
  /// The continuations, by trial, prompt and sample, in the order of the manifest.
  public var records: [SampleRecord]
  /// What failed, in the same order.
  public var failures: [FailureRecord]
  /// Whether every shard has come to its end. What is missing of a run that has not may still come.
  public var isFinished: Bool

  /// Results that are there already, in any order.
  ///
  /// - Throws: ``SweepError/mismatch(path:reason:)`` for a record of a trial or prompt that the manifest lacks.
  init(
    manifest: Manifest, records: [SampleRecord], failures: [FailureRecord],
    isFinished: Bool = true, path: String
  ) throws(SweepError) {
    let order = KeyOrder(manifest)
    for key in records.map(\.key) + failures.map(\.key) where order.place(of: key) == nil {
      throw .mismatch(
        path: path,
        reason:
          "holds a result of trial \(key.trial) on prompt \(key.prompt), which its manifest lacks"
      )
    }
    self.manifest = manifest
    self.isFinished = isFinished
    self.records = records.sorted { order.precedes($0.key, $1.key) }
    self.failures = failures.sorted { order.precedes($0.key, $1.key) }
  }

  /// Reads what a sweep wrote: the folders of its shards, or a merged folder. Where both are, the shards are read: a run
  /// may have gone on since they were merged. Of a run that isn't finished, what is there so far.
  ///
  /// - Throws: ``SweepError`` as ``ShardMerge/results(of:)`` does, but for what is missing.
  public static func read(_ folder: String) throws(SweepError) -> SweepResults {
    guard try !ShardMerge.holdsShards(folder),
      let manifest = try Manifest.read(folder + "/manifest.json")
    else { return try ShardMerge.results(of: [folder], isWholeNeeded: false) }
    return try SweepResults(
      manifest: manifest, records: SampleRecord.read(folder + "/results.jsonl"),
      failures: FailureRecord.read(folder + "/failures.jsonl"), path: folder)
  }
}

/// The order of the plan.
private struct KeyOrder {
  private let trials: [String: Int]
  private let prompts: [String: Int]

  init(_ manifest: Manifest) {
    trials = Dictionary(
      manifest.trials.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    prompts = Dictionary(
      manifest.prompts.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func place(of key: SampleRecord.Key) -> (Int, Int, Int, Int)? {
    guard let trial = trials[key.trial], let prompt = prompts[key.prompt] else { return nil }
    return (trial, prompt, key.sample, key.segment)
  }

  func precedes(_ left: SampleRecord.Key, _ right: SampleRecord.Key) -> Bool {
    guard let left = place(of: left), let right = place(of: right) else { return false }
    return left < right
  }
}

extension FailureRecord {
  /// The failures of a shard that aren't made good by a result.
  static func read(_ path: String) throws(SweepError) -> [FailureRecord] {
    var records: [FailureRecord] = []
    for (index, line) in try JournalFile.lines(of: path).enumerated() {
      guard let record = FailureRecord(line) else {
        throw .invalidData(
          file: path, line: index + 1, reason: "is not a failure that this version reads")
      }
      records.append(record)
    }
    return records
  }
}
