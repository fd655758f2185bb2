import JSON
import Metrics
import Sweeps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells on standard error how far a sweep is: on a terminal on one line that changes, elsewhere a line now and then.
final class SweepProgressReport {
  private enum Style {
    case terminal, plain, json, none
  }

  private let style: Style
  private let console: Console
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  /// What was done when this run began.
  private var before: Int?
  private var latest: SweepProgress?
  private var isLineOpen = false

  /// The time between two lines elsewhere than on a terminal.
  private static let interval = Duration.seconds(5)

  init(_ mode: ProgressMode, console: Console) {
    self.console = console
    style =
      switch mode {
      case .auto:
        console.verbosity == .quiet
          ? .none : isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb" ? .terminal : .plain
      case .plain: .plain
      case .json: .json
      case .none: .none
      }
  }

  /// Takes in how far the run is.
  func update(_ progress: SweepProgress) {
    if before == nil { before = progress.done }
    latest = progress
    let now = ContinuousClock.now
    let interval = style == .terminal ? .milliseconds(100) : Self.interval
    if let last, now - last < interval { return }
    tell(progress, at: now)
  }

  /// The last word, and the end of the line.
  func finish() {
    if let latest { tell(latest, at: .now) }
    if isLineOpen { write("\n") }
    isLineOpen = false
  }

  private func tell(_ progress: SweepProgress, at now: ContinuousClock.Instant) {
    last = now
    let elapsed = (now - start).inSeconds
    switch style {
    case .none: break
    case .json: write(json(progress, elapsed).text + "\n")
    case .plain: write(line(progress, elapsed) + "\n")
    case .terminal:
      write("\r\u{1B}[2K" + line(progress, elapsed))
      isLineOpen = true
    }
  }

  private func line(_ progress: SweepProgress, _ elapsed: Double) -> String {
    let rate = elapsed > 0 ? Double(progress.generatedTokens) / elapsed : 0
    var line = "\(progress.done)/\(progress.expected) continuations"
    if progress.failed > 0 { line += ", \(progress.failed) failed" }
    line += ", \(FixedPoint.text(rate, places: 0)) tokens/s"
    if let left = left(progress, elapsed) { line += ", \(Self.duration(left)) left" }
    return line
  }

  private func json(_ progress: SweepProgress, _ elapsed: Double) -> JSONValue {
    .members([
      "done": .integer(progress.done), "failed": .integer(progress.failed),
      "total": .integer(progress.expected), "generated_tokens": .integer(progress.generatedTokens),
      "seconds": .seconds(elapsed),
      "seconds_left": left(progress, elapsed).map(JSONValue.seconds) ?? .null,
    ])
  }

  /// Continuations from which on the rate says something about the rest.
  private static let countForEstimate = 16

  /// Seconds that are left if it goes on as it went.
  private func left(_ progress: SweepProgress, _ elapsed: Double) -> Double? {
    let done = progress.done + progress.failed - (before ?? 0)
    guard done >= Self.countForEstimate else { return nil }
    return elapsed / Double(done) * Double(progress.expected - progress.done - progress.failed)
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return whole >= 3600
      ? "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
      : "\(whole / 60):\(two(whole % 60))"
  }

  private func write(_ text: String) {
    try? FileIO.write(text, to: STDERR_FILENO, name: "standard error")
  }
}
