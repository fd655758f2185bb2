#if CommandLine
  import Files
  import JSON
  import Metrics

  /// A SQLite file made of results, for whoever wants to ask them questions: tables `sweep`, `trials`, `prompts`,
  /// `samples`, `metrics` and `failures`. The journal stays the truth; the file can be made anew at any time.
  public enum SweepIndex {
    /// Writes `index.sqlite` into `folder`, over one that is there.
    ///
    /// - Throws: ``SweepError/file(path:reason:)``.
    public static func write(_ results: SweepResults, to folder: String) throws(SweepError) {
      let name = folder + "/\(fileName)"
      let temporary = TemporaryPath(beside: name)
      try fill(temporary.path, named: name, with: results)
      do { try temporary.commit() } catch {
        throw .file(path: error.path, reason: error.sentence)
      }
    }

    static let fileName = "index.sqlite"

    /// Makes the file at `path`; failures name it `name`.
    static func fill(
      _ path: String, named name: String, with results: SweepResults
    ) throws(SweepError) {
      try fill(SQLiteDatabase(path: path, name: name), with: results)
    }

    /// The number of rows of each table.
    package static func rowCounts(of path: String) throws(SweepError) -> [String: Int] {
      let database = try SQLiteDatabase(path: path, isReadOnly: true)
      var counts: [String: Int] = [:]
      for table in ["sweep", "trials", "prompts", "samples", "metrics", "failures"] {
        counts[table] = try database.integer("SELECT COUNT(*) FROM \(table)")
      }
      return counts
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
        logprob REAL, finish_reason TEXT NOT NULL, seconds REAL, segment INTEGER NOT NULL,
        temperature_from REAL, temperature_to REAL,
        PRIMARY KEY (trial, prompt, sample, segment));
      CREATE TABLE metrics (
        trial TEXT NOT NULL, prompt TEXT NOT NULL, sample INTEGER NOT NULL, name TEXT NOT NULL,
        value REAL, segment INTEGER NOT NULL, PRIMARY KEY (name, trial, prompt, sample, segment),
        FOREIGN KEY (trial, prompt, sample, segment)
          REFERENCES samples (trial, prompt, sample, segment));
      CREATE TABLE failures (
        trial TEXT NOT NULL REFERENCES trials (id), prompt TEXT NOT NULL REFERENCES prompts (id),
        sample INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (trial, prompt, sample));
      """

    private static func fill(
      _ database: consuming SQLiteDatabase, with results: SweepResults
    ) throws(SweepError) {
      // What fails is made anew, so that there is nothing to roll back to, and no second file to leave behind.
      try database.execute("PRAGMA journal_mode = OFF")
      try database.execute("BEGIN")
      try database.execute(schema)
      try insert(results.manifest, into: database)
      try database.insert(into: "samples", columnCount: 12) { add throws(SweepError) in
        for record in results.records {
          let key = record.key
          let temperatures = record.settings.pathTemperatures
          try add([
            .text(key.trial), .text(key.prompt), .integer(key.sample), .text("\(record.seed)"),
            .text(record.text), .integer(record.tokens.count), real(record.logProbability),
            .text(record.finishReason), real(record.seconds), .integer(key.segment),
            real(temperatures.map { Double($0.lowerBound) }),
            real(temperatures.map { Double($0.upperBound) }),
          ])
        }
      }
      try database.insert(into: "metrics", columnCount: 6) { add throws(SweepError) in
        for record in results.records {
          let key = record.key
          for metric in record.metrics {
            try add([
              .text(key.trial), .text(key.prompt), .integer(key.sample), .text(metric.key),
              real(metric.value.double), .integer(key.segment),
            ])
          }
        }
      }
      try database.insert(into: "failures", columnCount: 4) { add throws(SweepError) in
        for failure in results.failures {
          let key = failure.key
          try add([
            .text(key.trial), .text(key.prompt), .integer(key.sample), .text(failure.reason),
          ])
        }
      }
      try database.execute("COMMIT")
    }

    private static func insert(
      _ manifest: Manifest, into database: borrowing SQLiteDatabase
    ) throws(SweepError) {
      try database.insert(into: "sweep", columnCount: 8) { add throws(SweepError) in
        // SQLite has no unsigned 64-bit numbers, so that a seed is a text.
        try add([
          .text(manifest.name), .text(manifest.model), .text(manifest.digest),
          .text("\(manifest.seed)"), .integer(manifest.repeats), text(manifest.objective?.name),
          text(manifest.objective?.goal.rawValue), .text(manifest.toolVersion),
        ])
      }
      try database.insert(into: "trials", columnCount: 6) { add throws(SweepError) in
        for trial in manifest.trials {
          try add([
            .text(trial.id), .integer(trial.number), text(trial.strategy),
            .integer(trial.isBaseline ? 1 : 0), .text(JSONValue.object(trial.parameters).text),
            .text(JSONValue.object(trial.settings).text),
          ])
        }
      }
      try database.insert(into: "prompts", columnCount: 4) { add throws(SweepError) in
        for (place, prompt) in manifest.prompts.enumerated() {
          try add([
            .text(prompt.id), .integer(place), .text(prompt.text),
            .text(JSONValue.array(prompt.references.map(JSONValue.string)).text),
          ])
        }
      }
    }

    private static func text(_ text: String?) -> SQLiteDatabase.Value {
      text.map { .text($0) } ?? .null
    }

    private static func real(_ number: Double?) -> SQLiteDatabase.Value {
      number.map { .real($0) } ?? .null
    }
  }
#endif
