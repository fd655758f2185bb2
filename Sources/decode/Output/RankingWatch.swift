import Sweeps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Shows on standard error the ranking of a sweep that runs: the first trials by what is in its folder. On a terminal
/// one table takes the place of the one before.
final class RankingWatch {
  private let folder: String
  private let isTerminal = isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb"
  private var next = ContinuousClock.now
  /// The lines of the table that stands on the terminal.
  private var lineCount = 0

  /// The time between two tables at least.
  private static let interval = Duration.seconds(3)
  /// A table is not made more often than so many times what it takes to make one.
  private static let patience = 20
  private static let rowCount = 5

  init(folder: String) { self.folder = folder }

  /// Shows a table, if it is time for one and there is something to rank.
  func update() {
    let start = ContinuousClock.now
    guard start >= next else { return }
    var isShown = false
    defer {
      let now = ContinuousClock.now
      next = now + max(isShown ? Self.interval : .zero, (now - start) * Self.patience)
    }
    // Another shard may write right now; the next time will do.
    guard let results = try? SweepResults.read(folder), !results.records.isEmpty,
      let ranking = try? Ranking(results, resamples: 100, assignments: 200),
      ranking.promptCounts.report > 0
    else { return }
    let table = RankingTable(ranking: ranking, limit: Self.rowCount).table
    let lines = table.split(separator: "\n").count
    let clearing =
      isTerminal ? "\r\u{1B}[K" + (lineCount > 0 ? "\u{1B}[\(lineCount)A\u{1B}[J" : "") : ""
    lineCount = lines
    isShown = true
    try? FileIO.write(clearing + table, to: STDERR_FILENO, name: "standard error")
  }
}
