import ArgumentParser
import JSON
import Sweeps

/// `decode sweep status`: how far the shards of a folder are.
struct SweepStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Says how far the shards in a folder are.")

  @Argument(help: "The folder of sweep run.", completion: .directory)
  var folder: String

  @OptionGroup var format: ReportFormatOptions

  func run() throws {
    let status = try reportingFailure { try SweepStatus.read(folder) }
    let output = try ResultWriter(whole: format.out)
    switch format.format {
    case .text: try output.write(Self.text(of: status))
    case .json: try output.writeLine(Self.json(of: status).text)
    }
    try output.finish()
  }

  private static func text(of status: SweepStatus) -> String {
    var table = TextTable(rows: [["shard", "done", "of", "failed", "state"]])
    table.rightAligned = [1, 2, 3]
    for shard in status.shards {
      table.rows.append([
        "\(shard.shard)", "\(shard.done)", shard.expected.map(String.init) ?? "?",
        "\(shard.failed)", shard.isFinished ? "finished" : "unfinished",
      ])
    }
    let missing = status.missing.map { "\($0)/\(status.shardCount)" }
    return table.text
      + (missing.isEmpty ? "" : "not begun: " + missing.joined(separator: ", ") + "\n")
  }

  private static func json(of status: SweepStatus) -> JSONValue {
    .members([
      "schema": .integer(1), "name": .string(status.name),
      "shard_count": .integer(status.shardCount),
      "shards": .array(
        status.shards.map { shard in
          .members([
            "shard": .string("\(shard.shard)"), "done": .integer(shard.done),
            "expected": shard.expected.map(JSONValue.integer) ?? .null,
            "failed": .integer(shard.failed), "finished": .bool(shard.isFinished),
          ])
        }), "missing": .integers(status.missing),
    ])
  }
}
