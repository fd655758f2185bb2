import Foundation
import JSON
import LanguageModeling

/// Generation over several numbers of sequences and several lengths of the context that they share.
struct SpeedGrid {
  /// A cell of the grid.
  struct Cell: Hashable {
    let depth: Int
    let sequences: Int
  }

  let depths: [Int]
  let sequences: [Int]
  /// Tokens that each sequence adds.
  let generated: Int
  let cacheType: CacheType

  private static let repetitions = 3

  /// What `decode` is called with.
  func arguments(path: String) -> [String] {
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
    return [
      "bench", "-m", path, "--compute-type", "int8", "--cache-type", cacheType.rawValue,
      "-p", "0", "-n", "\(generated)", "-b", list(sequences), "-d", list(depths),
      "-r", "\(Self.repetitions)",
    ]
  }

  /// The best speed of each cell, in tokens a second.
  func measure(_ path: String, threads: Int) throws -> [Cell: Double] {
    let results = try Self.runDecode(arguments(path: path) + ["-t", "\(threads)", "--json"])
    var speeds: [Cell: Double] = [:]
    guard case .array(let tests) = results["results"] else {
      throw Failure("decode bench: there are no results in what it printed")
    }
    for test in tests {
      guard let depth = test["depth"]?.double, let count = test["sequences"]?.double,
        let best = test["best"]?.double
      else { throw Failure("decode bench: a result lacks depth, sequences or best") }
      speeds[Cell(depth: Int(depth), sequences: Int(count))] = best
    }
    return speeds
  }

  /// Runs the `decode` that was built beside this program.
  private static func runDecode(_ arguments: [String]) throws -> JSONValue {
    guard
      let tool = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("decode"),
      FileManager.default.isExecutableFile(atPath: tool.path)
    else {
      throw Failure("there is no decode beside this program; build it with swift build -c release")
    }
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure("decode bench ended with exit code \(process.terminationStatus)")
    }
    return try JSONValue(parsing: [UInt8](output))
  }

  /// A row for each number of sequences, a column for each context.
  func table(_ speeds: [Cell: Double]) -> String {
    var table = MarkdownTable(["sequences"] + depths.map { "context \(Figure.text(Double($0)))" })
    for count in sequences {
      table.add(
        ["\(count)"]
          + depths.map { Figure.text(speeds[Cell(depth: $0, sequences: count)] ?? 0) })
    }
    return table.text
  }

  /// The corners of the grid beside the machine's limits.
  func limitsTable(_ speeds: [Cell: Double], work: ModelWork, limits: Limits) -> String {
    var table = MarkdownTable(
      [
        "sequences", "context", "a step, ms", "products, at least", "attention, at least",
        "sum, of the step",
      ], nameColumns: 0)
    for depth in [depths.first, depths.last] {
      for count in [sequences.first, sequences.last] {
        guard let depth, let count, let speed = speeds[Cell(depth: depth, sequences: count)] else {
          continue
        }
        let step = Double(count) / speed
        let products = work.products(sequences: count, limits)
        let attention = work.attention(
          sequences: count, shared: Double(depth), own: Double(generated + 1) / 2, cacheType, limits
        )
        func cell(_ part: (seconds: Double, limit: String)) -> String {
          "\(Figure.text(1000 * part.seconds, places: 2)) (\(part.limit))"
        }
        table.add([
          "\(count)", Figure.text(Double(depth)), Figure.text(1000 * step, places: 2),
          cell(products), cell(attention),
          Figure.percent(products.seconds + attention.seconds, of: step),
        ])
      }
    }
    return table.text
  }
}
