import JSON

/// A shard's folder while it is worked on: `manifest.json`, `results.jsonl`, `failures.jsonl` and, at the end, `DONE`.
public final class ShardJournal {
  /// The folder.
  public let folder: String
  /// What is done already, from this run and those before it.
  public private(set) var records: [SampleRecord.Key: SampleRecord]
  /// The samples that are done, of a path those with all segments.
  private(set) var doneSamples: Set<SampleRecord.Key> = []
  /// The number of failures in this run.
  public private(set) var failureCount = 0

  /// Held while the shard is worked on; the system lets it go when the process ends, however it ends.
  private let lock: FileLock
  private let results: JournalFile
  private let failures: JournalFile

  /// Opens the shard's folder in `output`.
  ///
  /// - Parameters:
  ///   - manifest: what the run is about to do.
  ///   - resumes: whether to go on with what is there. A folder that is there is refused otherwise.
  /// - Throws: ``SweepError`` for a folder that is there, belongs to another sweep or is worked on by another process,
  ///   for an empty `output`, and for files that can't be written.
  public init(output: String, manifest: Manifest, resumes: Bool) throws(SweepError) {
    // It would be the root of the file system.
    guard !output.isEmpty else {
      throw .file(path: "--out", reason: "is empty; give a folder")
    }
    let folder = output + "/" + manifest.shard.folderName
    self.folder = folder
    try FileSystem.makeFolder(folder)
    lock = try FileLock(folder + "/LOCK")
    if let earlier = try Manifest.read(folder + "/manifest.json") {
      guard resumes else {
        throw .mismatch(
          path: folder, reason: "is there already; add --resume to go on, or write elsewhere")
      }
      guard earlier.digest == manifest.digest else {
        throw .mismatch(
          path: folder,
          reason:
            "belongs to another sweep: the file, the model, the adapters or the data have changed; write elsewhere with --out"
        )
      }
    } else if try FileSystem.contents(of: folder + "/results.jsonl")?.isEmpty == false {
      throw .mismatch(
        path: folder, reason: "holds results without a manifest.json; write elsewhere with --out")
    }
    try FileSystem.remove(folder + "/DONE")
    try manifest.write(in: folder)
    results = try JournalFile(appendingTo: folder + "/results.jsonl")
    // Failures are tried again, so those of earlier runs are no longer true.
    try FileSystem.replace(folder + "/failures.jsonl", with: [])
    failures = try JournalFile(appendingTo: folder + "/failures.jsonl")
    records = [:]
    for record in try SampleRecord.read(folder + "/results.jsonl") { note(record) }
  }

  /// Notes a finished continuation.
  public func append(_ record: SampleRecord) throws(SweepError) {
    try results.append(record.json)
    note(record)
  }

  private func note(_ record: SampleRecord) {
    records[record.key] = record
    guard record.isLast else { return }
    doneSamples.insert(record.key.ofSample)
  }

  /// Notes a failed one.
  public func append(_ failure: FailureRecord) throws(SweepError) {
    try failures.append(failure.json)
    failureCount += 1
  }

  /// Writes the manifest anew, with the trials that were added.
  public func update(_ manifest: Manifest) throws(SweepError) {
    try manifest.write(in: folder)
  }

  /// Notes that everything was tried.
  public func finish() throws(SweepError) {
    try FileSystem.replace(folder + "/DONE", with: Array("\(records.count)\n".utf8))
  }
}

extension SampleRecord.Key {
  /// The key of the sample, whatever the segment.
  var ofSample: SampleRecord.Key {
    SampleRecord.Key(trial: trial, prompt: prompt, sample: sample)
  }
}

extension Manifest {
  func write(in folder: String) throws(SweepError) {
    try FileSystem.replace(folder + "/manifest.json", with: Array((json.text + "\n").utf8))
  }
}

extension SampleRecord {
  /// The records of a journal.
  ///
  /// - Throws: ``SweepError`` for a line that is no record, and for two records of one key that differ in more than
  ///   their timing.
  static func read(_ path: String) throws(SweepError) -> [SampleRecord] {
    var records: [SampleRecord] = []
    var places: [Key: Int] = [:]
    for (index, line) in try JournalFile.lines(of: path).enumerated() {
      guard let record = SampleRecord(line) else {
        throw .invalidData(
          file: path, line: index + 1, reason: "is not a result that this version reads")
      }
      if let place = places[record.key] {
        guard record.reproducible == records[place].reproducible else {
          throw .invalidData(
            file: path, line: index + 1,
            reason: "differs from an earlier line on the same trial, prompt and sample")
        }
        continue
      }
      places[record.key] = records.count
      records.append(record)
    }
    return records
  }
}
