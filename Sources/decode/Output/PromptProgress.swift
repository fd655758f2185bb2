import Decoding
import Generation
import JSON
import Metrics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a single prompt is: how much of it is read, and how many steps of the model came after it. On a terminal it
/// is a line that changes, and goes when text comes.
final class PromptProgress: GenerationProgress {
  private enum Style {
    case terminal, plain, json, none
  }

  private let style: Style
  private let console: Console
  private let promptTokens: Int
  private let limit: Int
  /// Whether text is shown as it comes, so that a terminal needs no more than that.
  private let streams: Bool
  private let start = ContinuousClock.now
  private var lastTold = ContinuousClock.now
  private var isRead = false
  private var isTextShown = false
  /// Steps of the model, before the prompt was read and after.
  private var steps = (reading: 0, writing: 0)
  private var isLineOpen = false

  /// What is over sooner isn't told on a terminal.
  private static let patience = Duration.seconds(1)

  /// - Parameters:
  ///   - promptTokens: the length of the prompt.
  ///   - limit: the most new tokens.
  ///   - streams: whether the text is shown as it comes.
  init(
    _ mode: ProgressMode, promptTokens: Int, limit: Int, streams: Bool, console: Console
  ) {
    style =
      switch (mode, mode.resolved(console)) {
      case (.auto, .plain): Environment["TERM"] == "dumb" ? .none : .terminal
      case (_, .plain): .plain
      case (_, .json): .json
      case (_, .auto), (_, .none): .none
      }
    self.console = console
    self.promptTokens = promptTokens
    self.limit = limit
    self.streams = streams
  }

  func update(_ events: [GenerationEvent]) {
    let wasRead = isRead
    for event in events {
      switch event {
      case .promptRead: isRead = true
      case .text: isTextShown = streams
      case .canvas, .token, .finished, .completed, .failed: break
      }
    }
    if isRead { steps.writing += 1 } else { steps.reading += 1 }
    if style == .terminal, isTextShown { return clear() }
    let now = ContinuousClock.now
    guard isDue(at: now) || style != .terminal && isRead != wasRead else { return }
    tell(at: now)
  }

  func completed(generatedTokens: Int) {
    if style == .terminal { clear() } else { tell(at: .now) }
  }

  func finish() { clear() }

  private func isDue(at now: ContinuousClock.Instant) -> Bool {
    switch style {
    case .terminal: now - start > Self.patience && now - lastTold > .milliseconds(100)
    case .plain, .json: now - lastTold > .seconds(5)
    case .none: false
    }
  }

  private func tell(at now: ContinuousClock.Instant) {
    lastTold = now
    let seconds = (now - start).inSeconds
    let read =
      isRead ? promptTokens : min(promptTokens, steps.reading * BatchDecoder.promptTokensPerStep)
    let line =
      (isRead
        ? "prompt of \(promptTokens) tokens read, step \(steps.writing) of at most \(limit)"
        : "\(read) of \(promptTokens) tokens of the prompt read")
      + ", \(FixedPoint.text(seconds, places: 1)) s"
    switch style {
    case .none: break
    case .plain: console.progress(line)
    case .terminal:
      console.line(line)
      isLineOpen = true
    case .json:
      console.progress(
        JSONValue.members([
          "prompt_tokens": .integer(promptTokens), "prompt_tokens_read": .integer(read),
          "steps": .integer(steps.writing), "seconds": .seconds(seconds),
        ]).text)
    }
  }

  private func clear() {
    if isLineOpen { console.line("") }
    isLineOpen = false
  }
}
