import ArgumentParser
import Sweeps

/// How a scheduler is to split a sweep.
struct ShardingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of shards.", valueName: "n"))
  var shards: Int

  @Option(
    help: ArgumentHelp(
      "The folder for results. (default: the sweep file's name without its ending)",
      valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("The most shards that run at once.", valueName: "n"))
  var throttle: Int?

  @Option(help: ArgumentHelp("Processors for each shard.", valueName: "n"))
  var cpus = 1

  @Option(help: ArgumentHelp("The program as the nodes find it.", valueName: "path"))
  var program = "decode"

  func validate() throws {
    for (flag, value) in [("--shards", shards), ("--throttle", throttle ?? 1), ("--cpus", cpus)]
    where !(1...Shard.countLimit).contains(value) {
      throw ValidationError("\(flag): \(value) is out of range; give 1 to \(Shard.countLimit)")
    }
    if out?.isEmpty == true { throw ValidationError("--out is empty; give a folder") }
  }

  /// Refuses what can't be run: that isn't to be found out on the cluster.
  func check(_ file: String) throws(CommandFailure) {
    if let reason = try SweepFile.read(file).refusal(of: shards) { throw CommandFailure(reason) }
  }

  /// The folder for results: the file's name without its ending; one that is all ending, such as `.yaml`, leaves nothing
  /// to name a folder by.
  func folder(for file: String) -> String {
    if let out { return out }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard let dot = name.lastIndex(of: ".") else { return name + "-results" }
    return dot == name.startIndex ? "sweep" : String(name[..<dot])
  }
}
