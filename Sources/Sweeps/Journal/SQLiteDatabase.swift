#if CommandLine
  import CSQLite
  import Files

  /// An open SQLite file: as much of SQLite's C interface as an index needs.
  struct SQLiteDatabase: ~Copyable {
    /// What a column of a row holds.
    enum Value {
      case null
      case integer(Int)
      case real(Double)
      case text(String)
    }

    private let connection: OpaquePointer
    private let name: String

    /// Opens a file, making it where there is none unless it is only read.
    ///
    /// - Parameter name: what failures call it; `nil` is its path.
    init(path: String, name: String? = nil, isReadOnly: Bool = false) throws(SweepError) {
      var connection: OpaquePointer?
      let flags =
        isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      let code = FileName.withPointer(path) { sqlite3_open_v2($0, &connection, flags, nil) }
      guard code == SQLITE_OK, let connection else {
        let reason = Self.message(connection, code)
        sqlite3_close(connection)
        throw .file(path: name ?? path, reason: reason)
      }
      self.connection = connection
      self.name = name ?? path
    }

    deinit { sqlite3_close(connection) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(SweepError) {
      try check(sqlite3_exec(connection, sql, nil, nil, nil))
    }

    /// Adds rows to a table: `rows` is given a function that adds one, whose values stand for all columns in order.
    func insert(
      into table: String, columnCount: Int,
      _ rows: ((_ values: [Value]) throws(SweepError) -> Void) throws(SweepError) -> Void
    ) throws(SweepError) {
      let places = Array(repeating: "?", count: columnCount).joined(separator: ", ")
      let statement = try prepare("INSERT INTO \(table) VALUES (\(places))")
      defer { sqlite3_finalize(statement) }
      try rows { values throws(SweepError) in
        for (index, value) in values.enumerated() {
          try bind(value, at: Int32(index + 1), of: statement)
        }
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw failure(code) }
        try check(sqlite3_reset(statement))
      }
    }

    /// The number that a query gives first.
    func integer(_ sql: String) throws(SweepError) -> Int {
      let statement = try prepare(sql)
      defer { sqlite3_finalize(statement) }
      let code = sqlite3_step(statement)
      guard code == SQLITE_ROW else { throw failure(code) }
      return Int(sqlite3_column_int64(statement, 0))
    }

    private func prepare(_ sql: String) throws(SweepError) -> OpaquePointer? {
      var statement: OpaquePointer?
      try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil))
      return statement
    }

    private func bind(
      _ value: Value, at index: Int32, of statement: OpaquePointer?
    ) throws(SweepError) {
      // SQLITE_TRANSIENT: the text is copied before the call returns.
      let isCopied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let code =
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, Int64(number))
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text):
          sqlite3_bind_text64(
            statement, index, text, UInt64(text.utf8.count), isCopied, UInt8(SQLITE_UTF8))
        }
      try check(code)
    }

    private func check(_ code: Int32) throws(SweepError) {
      guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> SweepError {
      .file(path: name, reason: Self.message(connection, code))
    }

    private static func message(_ connection: OpaquePointer?, _ code: Int32) -> String {
      connection.map { String(cString: sqlite3_errmsg($0)) }
        ?? String(cString: sqlite3_errstr(code))
    }
  }
#endif
