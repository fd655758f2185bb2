import ArgumentParser

/// How `generate` prints.
struct OutputOptions: ParsableArguments {
  /// The formats.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, jsonl
  }

  @Option(
    name: [.customShort("o"), .customLong("format")],
    help: "Prints results as text, json or jsonl. (default: text; jsonl with --prompts)")
  var requested: Format?

  @Flag(help: "The same as --format json.")
  var json = false

  @Option(
    help: ArgumentHelp("Writes results to a file, not to standard output.", valueName: "path"),
    completion: .file())
  var out: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Lists the n most probable tokens at each position, with entropies, in JSON. (default: 0)",
      valueName: "n"))
  var logprobs: Int?

  @Flag(help: "Prints the prompt before the text.")
  var echo = false

  @Flag(help: "Prints the text when it is complete, not as it comes.")
  var noStream = false

  @Option(
    help:
      "Tells on standard error how far the work is: auto (on a terminal), plain, json or none. (default: auto)"
  )
  var progress: ProgressMode?

  /// The format that the options ask for, if they do.
  var format: Format? { requested ?? (json ? .json : nil) }

  func validate() throws {
    try requirePath(out, "--out")
    if json, let requested, requested != .json {
      throw ValidationError(
        "--json and --format \(requested.rawValue) contradict each other; give one of them")
    }
    if let logprobs, logprobs < 0 {
      throw ValidationError("--logprobs: \(logprobs) is not a number of tokens; give 0 or more")
    }
    if echo, let format, format != .text {
      throw ValidationError("--echo is for text; JSON holds the prompt already, so leave it out")
    }
  }
}

/// How progress is told.
enum ProgressMode: String, CaseIterable, ExpressibleByArgument, Sendable {
  case auto, plain, json, none
}
