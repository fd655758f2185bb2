import Inference

/// Prints an answer as it comes. On a terminal with colours, thoughts are dim.
struct AnswerPrinter {
  private let output: ResultWriter
  /// Whether thoughts are told from the rest.
  private let isStyled: Bool
  private var scanner: ThoughtScanner
  private var last: Character = "\n"
  private var isEmpty = true
  private(set) var failure: CommandFailure?

  init(_ output: ResultWriter, isStyled: Bool, startsInThought: Bool) {
    self.output = output
    self.isStyled = isStyled
    scanner = ThoughtScanner(startsInThought: startsInThought)
  }

  /// A piece of the answer.
  mutating func print(_ piece: String) {
    guard isStyled else { return write(piece) }
    for piece in scanner.append(piece) { write(piece) }
  }

  /// The end of the answer, and of its last line.
  ///
  /// - Parameter separator: what still has to stand before an answer that has no text.
  mutating func finish(_ separator: String) {
    for piece in scanner.finish() { write(piece) }
    if isEmpty || last != "\n" { write(separator + "\n") }
  }

  private mutating func write(_ piece: ThoughtScanner.Piece) {
    write(piece.isThought ? TextStyle.dim.apply(to: piece.text) : piece.text)
    last = piece.text.last ?? last
  }

  /// What can't be written ends the chat, once the step that is under way is over.
  private mutating func write(_ text: String) {
    guard failure == nil else { return }
    do throws(CommandFailure) { try output.write(text) } catch { failure = error }
    last = text.last ?? last
    isEmpty = false
  }
}
