import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells on standard error how far a batch is, each time that a prompt is done.
struct ProgressReport {
  private let mode: ProgressMode
  private let console: Console
  private let total: Int
  private let start = ContinuousClock.now
  private var done = 0
  private var tokens = 0

  /// A report over `total` prompts. `auto` is plain on a terminal and nothing elsewhere; `-q` silences it.
  init(_ mode: ProgressMode, total: Int, console: Console) {
    self.mode =
      switch mode {
      case .auto: isatty(STDERR_FILENO) == 1 && console.verbosity != .quiet ? .plain : .none
      case .plain, .json, .none: mode
      }
    self.console = console
    self.total = total
  }

  /// One more prompt is done.
  mutating func completed(generatedTokens: Int) {
    done += 1
    tokens += generatedTokens
    let elapsed = ContinuousClock.now - start
    switch mode {
    case .plain:
      console.progress(
        "\(done)/\(total) prompts, \(tokens) tokens, \(Decimal.text(elapsed.inSeconds, places: 1)) s"
      )
    case .json:
      console.progress(
        JSONValue.members([
          "done": .integer(done), "total": .integer(total), "generated_tokens": .integer(tokens),
          "seconds": .seconds(elapsed.inSeconds),
        ]).text)
    case .auto, .none: break
    }
  }
}
