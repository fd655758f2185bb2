/// How far the shards in a folder are.
public struct SweepStatus: Hashable, Sendable {
  /// One shard.
  public struct ShardStatus: Hashable, Sendable {
    /// Which.
    public var shard: Shard
    /// Continuations that are done.
    public var done: Int
    /// Continuations that failed.
    public var failed: Int
    /// Continuations that the shard will have, as far as is known; a search that learns or halves doesn't know.
    public var expected: Int?
    /// Whether it has ended.
    public var isFinished: Bool
  }

  /// The name of the sweep.
  public var name: String
  /// The shards that have begun, in order.
  public var shards: [ShardStatus]
  /// The number of shards in all.
  public var shardCount: Int

  /// The numbers of the shards that haven't begun.
  public var missing: [Int] {
    let begun = Set(shards.map(\.shard.index))
    return (1...shardCount).filter { !begun.contains($0) }
  }

  /// Looks at a folder of `sweep run`.
  ///
  /// - Throws: ``SweepError`` for a folder without shards, and for files that can't be read.
  public static func read(_ folder: String) throws(SweepError) -> SweepStatus {
    var status: SweepStatus?
    for name in try FileSystem.names(in: folder) ?? [] {
      let path = folder + "/" + name
      guard Shard(folderName: name) != nil,
        let manifest = try Manifest.read(path + "/manifest.json")
      else { continue }
      // Checked as the merge does: a line of another sweep isn't counted.
      let results = try SweepResults(
        manifest: manifest, records: SampleRecord.read(path + "/results.jsonl"),
        failures: FailureRecord.read(path + "/failures.jsonl"), path: path)
      let keys = Set(results.records.map(\.key))
      let shard = ShardStatus(
        shard: manifest.shard, done: results.records.count(where: \.isLast),
        failed: Set(results.failures.map(\.key)).subtracting(keys).count,
        expected: manifest.expectedCount,
        isFinished: FileSystem.exists(path + "/DONE"))
      status =
        status ?? SweepStatus(name: manifest.name, shards: [], shardCount: manifest.shard.count)
      status?.shards.append(shard)
    }
    guard var status else {
      throw .mismatch(path: folder, reason: "holds no shard of a sweep (a folder shard-I-of-N)")
    }
    status.shards.sort { $0.shard.index < $1.shard.index }
    return status
  }
}

extension Manifest {
  /// The number of continuations of the shard, where every trial runs on every prompt.
  fileprivate var expectedCount: Int? {
    guard isExhaustive else { return nil }
    let prompts = prompts.indices.count { shard.contains(promptAt: $0) }
    return trials.continuationCount(repeats: repeats, promptCount: prompts)
  }
}
