import Generation
import JSON
import Metrics

/// How far a batch is, told each time that a prompt is done.
final class BatchProgress: GenerationProgress {
  private let mode: ProgressMode
  private let console: Console
  private let total: Int?
  /// What is counted.
  private let noun: String
  private let start = ContinuousClock.now
  private var done: Int
  private var tokens = 0

  /// A report over `total` prompts, where their number is known, of which `done` were done before. `auto` is plain on a
  /// terminal and nothing elsewhere; `-q` silences it.
  init(
    _ mode: ProgressMode, total: Int?, done: Int, of noun: String = "prompts", console: Console
  ) {
    self.mode = mode.resolved(console)
    self.console = console
    self.total = total
    self.noun = noun
    self.done = done
  }

  func completed(generatedTokens: Int) {
    done += 1
    tokens += generatedTokens
    let elapsed = ContinuousClock.now - start
    switch mode {
    case .plain:
      let count = total.map { "\(done)/\($0)" } ?? "\(done)"
      console.progress(
        "\(count) \(noun), \(tokens) tokens, \(FixedPoint.text(elapsed.inSeconds, places: 1)) s")
    case .json:
      console.progress(
        JSONValue.members([
          "done": .integer(done), "total": total.map(JSONValue.integer) ?? .null,
          "generated_tokens": .integer(tokens), "seconds": .seconds(elapsed.inSeconds),
        ]).text)
    case .auto, .none: break
    }
  }

  func update(_ events: [GenerationEvent]) {}
  func finish() {}
}
