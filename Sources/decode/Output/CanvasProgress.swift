import Generation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A text that is being denoised, on a line of the terminal that changes with every step: what is settled of it, and a dot
/// for each position that isn't. The line goes when the text is whole.
final class CanvasProgress: GenerationProgress {
  private let console: Console
  /// Whether somebody looks on while a text is denoised: on a terminal that knows how to go back on a line, where the text
  /// goes to the same terminal.
  static func isUseful(_ mode: ProgressMode, _ console: Console) -> Bool {
    mode == .auto && mode.resolved(console) == .plain && Environment["TERM"] != "dumb"
      && isatty(STDOUT_FILENO) == 1
  }

  /// The text of the blocks that are done.
  private var text = ""
  private var isLineOpen = false

  init(console: Console) {
    self.console = console
  }

  func update(_ events: [GenerationEvent]) {
    for event in events {
      switch event {
      case .canvas(_, let canvas) where canvas.sequence == 0:
        draw("step \(canvas.step) of \(canvas.stepCount)  ", canvas.pieces)
      case .text(_, sequence: 0, let piece): text += piece
      case .promptRead, .canvas, .token, .text, .finished, .completed, .failed: break
      }
    }
  }

  func completed(generatedTokens: Int) { clear() }

  func finish() { clear() }

  /// Draws the end of the text, as much of it as there is room for.
  private func draw(_ label: String, _ pieces: [String?]) {
    isLineOpen = true
    let shown = text + pieces.map { $0 ?? "·" }.joined()
    // One column is left free, so that the line doesn't wrap.
    let room = max(10, Self.columnCount - label.count - 1)
    let line = shown.suffix(2000).split(whereSeparator: \.isNewline).joined(separator: " ")
    console.line(label + (line.count > room ? "…" + line.suffix(room - 1) : line))
  }

  private func clear() {
    if isLineOpen { console.line("") }
    isLineOpen = false
  }

  /// The width of the terminal.
  private static var columnCount: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
