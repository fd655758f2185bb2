import ArgumentParser
import Inference

/// Which texts are scored, and how long ones are read.
struct ScoringOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Scores many texts: a file with {\"text\": \"…\"} or {\"context\": \"…\", \"continuation\": \"…\"} on each line; - reads standard input. Prints a line of JSON for each, in order.",
      valueName: "file"), completion: .file())
  var texts: String?

  @Flag(
    help: "With --texts, ignores members of a line that mean nothing here, as data sets have them.")
  var ignoreUnknownKeys = false

  @Flag(help: "With --texts, goes on after the lines that the file of --out holds already.")
  var resume = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Reads a text that is longer than n tokens in windows of n. (default: the context)",
      valueName: "n"))
  var window: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Begins each window n tokens after the one before; a token counts in the first that it stands in. (default: half of the window)",
      valueName: "n"))
  var stride: Int?

  @Option(
    help:
      "With --texts, tells on standard error how far the work is: auto (on a terminal), plain, json or none. (default: auto)"
  )
  var progress: ProgressMode?

  func validate() throws {
    try requirePath(texts, "--texts")
    if texts == nil, ignoreUnknownKeys {
      throw ValidationError("--ignore-unknown-keys is about the lines of --texts; give that too")
    }
    if texts == nil, resume {
      throw ValidationError("--resume goes on with a file of --texts; give that and --out")
    }
    if texts == nil, progress != nil {
      throw ValidationError("--progress tells of the lines of --texts; give that too")
    }
    if let window, window < 2 {
      throw ValidationError("--window: \(window) is too short; give 2 or more tokens")
    }
    if let stride, stride < 1 {
      throw ValidationError("--stride: \(stride) is no step; give 1 or more tokens")
    }
  }

  /// The windows that long texts are read in.
  func windows(of model: Model) throws(CommandFailure) -> ScoringWindows {
    let limit = model.contextLength
    let length = window ?? limit
    guard length <= limit else {
      throw .usage(
        "--window: \(length) tokens are more than the context's \(limit); give that or less")
    }
    guard let windows = ScoringWindows(length: length, stride: stride) else {
      throw .usage(
        "--stride: \(stride ?? 0) leaves tokens of a window of \(length) without any before them;"
          + " give 1 to \(length - 1)")
    }
    return windows
  }
}
