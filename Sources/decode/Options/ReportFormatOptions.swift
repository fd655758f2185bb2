import ArgumentParser

/// How the commands that make one report print it.
struct ReportFormatOptions: ParsableArguments {
  /// The formats.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Option(
    name: [.customShort("o"), .customLong("format")],
    help: "Prints the report as text or json. (default: text)")
  var requested: Format?

  @Flag(help: "The same as --format json.")
  var json = false

  @Option(
    help: ArgumentHelp("Writes the report to a file, not to standard output.", valueName: "path"),
    completion: .file())
  var out: String?

  /// The format that the options ask for.
  var format: Format { requested ?? (json ? .json : .text) }

  func validate() throws {
    try requirePath(out, "--out")
    if json, let requested, requested != .json {
      throw ValidationError(
        "--json and --format \(requested.rawValue) contradict each other; give one of them")
    }
  }
}
