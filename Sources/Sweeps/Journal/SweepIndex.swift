import GRDB
import JSON

/// A SQLite file made of results, for whoever wants to ask them questions: tables `sweep`, `trials`, `prompts`,
/// `samples`, `metrics` and `failures`. The journal stays the truth; the file can be made anew at any time.
public enum SweepIndex {
  /// Writes `index.sqlite` into `folder`, over one that is there.
  ///
  /// - Throws: ``SweepError/file(path:reason:)``.
  public static func write(_ results: SweepResults, to folder: String) throws(SweepError) {
    let path = folder + "/index.sqlite"
    let temporary = path + ".part"
    try FileSystem.remove(temporary)
    do {
      let queue = try DatabaseQueue(path: temporary)
      try queue.write { database in
        try database.execute(sql: schema)
        try insert(results.manifest, into: database)
        for record in results.records { try insert(record, into: database) }
        for failure in results.failures {
          try database.execute(
            sql: "INSERT INTO failures VALUES (?, ?, ?, ?)",
            arguments: [
              failure.key.trial, failure.key.prompt, failure.key.sample, failure.reason,
            ])
        }
      }
      try queue.close()
    } catch {
      throw .file(path: temporary, reason: "\(error)")
    }
    try FileSystem.rename(temporary, to: path)
  }

  /// The number of rows of each table.
  package static func rowCounts(of path: String) throws(SweepError) -> [String: Int] {
    do {
      var configuration = Configuration()
      configuration.readonly = true
      return try DatabaseQueue(path: path, configuration: configuration).read { database in
        var counts: [String: Int] = [:]
        for table in ["sweep", "trials", "prompts", "samples", "metrics", "failures"] {
          counts[table] = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \(table)")
        }
        return counts
      }
    } catch {
      throw .file(path: path, reason: "\(error)")
    }
  }

  private static let schema = """
    CREATE TABLE sweep (
      name TEXT NOT NULL, model TEXT NOT NULL, digest TEXT NOT NULL, seed TEXT NOT NULL,
      repeats INTEGER NOT NULL, metric TEXT, goal TEXT, version TEXT NOT NULL);
    CREATE TABLE trials (
      id TEXT PRIMARY KEY, number INTEGER NOT NULL, strategy TEXT, is_baseline INTEGER NOT NULL,
      parameters TEXT NOT NULL, settings TEXT NOT NULL);
    CREATE TABLE prompts (
      id TEXT PRIMARY KEY, place INTEGER NOT NULL, text TEXT NOT NULL, reference_texts TEXT NOT NULL);
    CREATE TABLE samples (
      trial TEXT NOT NULL REFERENCES trials (id), prompt TEXT NOT NULL REFERENCES prompts (id),
      sample INTEGER NOT NULL, seed TEXT NOT NULL, text TEXT NOT NULL, token_count INTEGER NOT NULL,
      logprob REAL, finish_reason TEXT NOT NULL, seconds REAL,
      PRIMARY KEY (trial, prompt, sample));
    CREATE TABLE metrics (
      trial TEXT NOT NULL, prompt TEXT NOT NULL, sample INTEGER NOT NULL, name TEXT NOT NULL,
      value REAL, PRIMARY KEY (name, trial, prompt, sample),
      FOREIGN KEY (trial, prompt, sample) REFERENCES samples (trial, prompt, sample));
    CREATE TABLE failures (
      trial TEXT NOT NULL REFERENCES trials (id), prompt TEXT NOT NULL REFERENCES prompts (id),
      sample INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (trial, prompt, sample));
    """

  private static func insert(_ manifest: Manifest, into database: Database) throws {
    // SQLite has no unsigned 64-bit numbers, so that a seed is a text.
    try database.execute(
      sql: "INSERT INTO sweep VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        manifest.name, manifest.model, manifest.digest, "\(manifest.seed)", manifest.repeats,
        manifest.objective?.name, manifest.objective?.goal.rawValue, manifest.toolVersion,
      ])
    for trial in manifest.trials {
      try database.execute(
        sql: "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          trial.id, trial.number, trial.strategy, trial.isBaseline,
          JSONValue.object(trial.parameters).text, JSONValue.object(trial.settings).text,
        ])
    }
    for (place, prompt) in manifest.prompts.enumerated() {
      try database.execute(
        sql: "INSERT INTO prompts VALUES (?, ?, ?, ?)",
        arguments: [
          prompt.id, place, prompt.text,
          JSONValue.array(prompt.references.map(JSONValue.string)).text,
        ])
    }
  }

  private static func insert(_ record: SampleRecord, into database: Database) throws {
    try database.execute(
      sql: "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        record.key.trial, record.key.prompt, record.key.sample, "\(record.seed)", record.text,
        record.tokens.count, record.logProbability, record.finishReason, record.seconds,
      ])
    for metric in record.metrics {
      try database.execute(
        sql: "INSERT INTO metrics VALUES (?, ?, ?, ?, ?)",
        arguments: [
          record.key.trial, record.key.prompt, record.key.sample, metric.key, metric.value.double,
        ])
    }
  }
}
