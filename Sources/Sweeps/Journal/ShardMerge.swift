import Files
import JSON

/// Puts the shards of a sweep together again.
public enum ShardMerge {
  /// The results of all shards that lie in `folders`.
  ///
  /// - Throws: ``SweepError/mismatch(path:reason:)`` where shards belong to different sweeps or different numbers of
  ///   shards, where one is missing or unfinished, and where two results of one key differ.
  public static func results(of folders: [String]) throws(SweepError) -> SweepResults {
    try results(of: folders, isWholeNeeded: true)
  }

  /// - Parameter isWholeNeeded: whether shards that are missing or unfinished are refused; else they are told by
  ///   ``SweepResults/isFinished``.
  static func results(
    of folders: [String], isWholeNeeded: Bool
  ) throws(SweepError) -> SweepResults {
    let shards = try self.shards(in: folders)
    guard let first = shards.first else {
      throw .mismatch(
        path: folders.joined(separator: ", "),
        reason: "holds no shard of a sweep (a folder shard-I-of-N)")
    }
    for shard in shards {
      guard shard.manifest.digest == first.manifest.digest else {
        throw .mismatch(
          path: shard.folder,
          reason:
            "belongs to another sweep than \(first.folder): their file, model or data differ")
      }
      guard shard.manifest.shard.count == first.manifest.shard.count else {
        throw .mismatch(
          path: shard.folder,
          reason: "is one of \(shard.manifest.shard.count) shards, and \(first.folder) one of "
            + "\(first.manifest.shard.count); merge one set")
      }
      guard shard.isFinished || !isWholeNeeded else {
        throw .mismatch(
          path: shard.folder,
          reason: "is not finished; run it again with --shard \(shard.manifest.shard) --resume")
      }
    }
    let count = first.manifest.shard.count
    let present = Set(shards.map(\.manifest.shard.index))
    let missing = (1...count).filter { !present.contains($0) }
    guard missing.isEmpty || !isWholeNeeded else {
      throw .mismatch(
        path: folders.joined(separator: ", "),
        reason: "lacks \(missing.count == 1 ? "shard" : "shards") "
          + missing.map { "\($0)/\(count)" }.joined(separator: ", "))
    }
    return try merged(
      shards, first: first, isFinished: missing.isEmpty && shards.allSatisfy(\.isFinished))
  }

  /// Writes merged results: `manifest.json`, `results.jsonl` and `failures.jsonl`, the same bytes whatever the number of
  /// shards, but for timings; and, with the trait `CommandLine`, `index.sqlite`. A new folder appears when it is whole.
  ///
  /// - Throws: ``SweepError/mismatch(path:reason:)`` for a folder that holds another sweep, and
  ///   ``SweepError/file(path:reason:)`` for files that can't be written.
  public static func write(_ results: SweepResults, to folder: String) throws(SweepError) {
    if let earlier = try Manifest.read(folder + "/manifest.json"),
      earlier.digest != results.manifest.digest
    {
      throw .mismatch(
        path: folder,
        reason: "holds the results of another sweep, “\(earlier.name)”; write elsewhere with --out")
    }
    guard try FileSystem.names(in: folder)?.isEmpty ?? true else {
      // The manifest comes last: it is what the others are read by.
      try writeFiles(results) { name, bytes throws(SweepError) in
        try FileSystem.replace(folder + "/" + name, with: bytes)
      }
      #if CommandLine
        try SweepIndex.write(results, to: folder)
      #endif
      return
    }
    let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    try FileSystem.makeFolder(parent.joined(separator: "/"))
    var output = try FileSystem.wrapping { () throws(FileError) in
      try OutputDirectory(path: folder, replacesEmpty: true)
    }
    try writeFiles(results) { name, bytes throws(SweepError) in
      do throws(FileError) { try output.write(bytes, to: name) } catch {
        throw .file(path: error.path, reason: error.sentence)
      }
    }
    #if CommandLine
      let place = output.place(of: SweepIndex.fileName)
      try SweepIndex.fill(place, named: output.finalPath(of: place), with: results)
    #endif
    do { try output.commit() } catch { throw .file(path: error.path, reason: error.sentence) }
  }

  /// The files of merged results, one after the other.
  private static func writeFiles(
    _ results: SweepResults, _ write: (_ name: String, _ bytes: [UInt8]) throws(SweepError) -> Void
  ) throws(SweepError) {
    func lines(_ values: [JSONValue]) -> [UInt8] { values.flatMap { Array(($0.text + "\n").utf8) } }
    try write("results.jsonl", lines(results.records.map(\.json)))
    try write("failures.jsonl", lines(results.failures.map(\.json)))
    try write("manifest.json", lines([results.manifest.json]))
  }

  // MARK: - Shards

  /// Whether there is a folder of a shard in `folder`.
  static func holdsShards(_ folder: String) throws(SweepError) -> Bool {
    try FileSystem.names(in: folder)?.contains { Shard(folderName: $0) != nil } ?? false
  }

  private struct Found {
    var folder: String
    var manifest: Manifest
    var isFinished: Bool
  }

  private static func shards(in folders: [String]) throws(SweepError) -> [Found] {
    var found: [Found] = []
    for folder in folders {
      guard let names = try FileSystem.names(in: folder) else {
        throw .file(path: folder, reason: "is not there")
      }
      for name in names where Shard(folderName: name) != nil {
        let path = folder + "/" + name
        guard let manifest = try Manifest.read(path + "/manifest.json") else {
          throw .mismatch(path: path, reason: "has no manifest.json")
        }
        found.append(
          Found(
            folder: path, manifest: manifest, isFinished: FileSystem.exists(path + "/DONE")))
      }
    }
    return found.sorted { $0.manifest.shard.index < $1.manifest.shard.index }
  }

  private static func merged(
    _ shards: [Found], first: Found, isFinished: Bool
  ) throws(SweepError) -> SweepResults {
    var records: [SampleRecord.Key: SampleRecord] = [:]
    var failures: [SampleRecord.Key: FailureRecord] = [:]
    for shard in shards {
      for record in try SampleRecord.read(shard.folder + "/results.jsonl") {
        if let other = records[record.key], other.reproducible != record.reproducible {
          throw .mismatch(
            path: shard.folder,
            reason: "differs from another shard on trial \(record.key.trial), prompt "
              + "\(record.key.prompt), sample \(record.key.sample)")
        }
        records[record.key] = record
      }
      for failure in try FailureRecord.read(shard.folder + "/failures.jsonl") {
        failures[failure.key] = failure
      }
    }
    // Which shard it was, and on which version, is no part of the whole.
    var manifest = first.manifest
    manifest.shard = .whole
    return try SweepResults(
      manifest: manifest, records: Array(records.values),
      failures: failures.values.filter { records[$0.key] == nil }, isFinished: isFinished,
      path: first.folder)
  }
}
