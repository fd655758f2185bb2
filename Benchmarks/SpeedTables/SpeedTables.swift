import ArgumentParser

/// Measures a machine and writes the tables of `Benchmarks/README.md`.
@main struct SpeedTables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "SpeedTables",
    abstract: "Measures kernels and models against what the machine can do, as Markdown.",
    subcommands: [KernelsCommand.self, ModelCommand.self, ConstraintsCommand.self])
}

/// Where tables go.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Writes each table between its markers in this file, instead of printing it.",
      valueName: "file"),
    completion: .file())
  var update: String?

  /// Checks, before minutes are spent, that what will be measured can be written.
  func check(sections: [String]) throws {
    guard let update else { return }
    let file = try MarkdownFile(path: update)
    for section in sections { _ = try file.range(ofSection: section) }
  }

  /// Prints a section, or puts it into the file.
  func write(_ text: String, section name: String) throws {
    guard let update else {
      print(text)
      return
    }
    var file = try MarkdownFile(path: update)
    try file.replaceSection(name, with: text)
    try file.write()
  }
}

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
  @Option(
    name: [.customShort("t"), .long],
    help: ArgumentHelp("Threads. (default: physical cores)", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: \(threads) is not a number of threads; give 1 to 1024")
    }
  }
}
