import Decoding
import LanguageModeling
import Tokenization

/// A block of text on its way from noise, after a step (`CanvasState`), as text.
public struct CanvasText: Hashable, Sendable {
  /// The index among the request's sequences.
  public var sequence: Int
  /// The steps that the block has taken.
  public var step: Int
  /// The steps that the block takes at most.
  public var stepCount: Int
  /// The block from left to right: the text of a run of settled positions, and `nil` for each position that isn't
  /// settled.
  public var pieces: [String?]

  init(_ canvas: CanvasState, tokenizer: some Tokenizer) {
    sequence = canvas.slot
    step = canvas.step
    stepCount = canvas.stepCount
    pieces = []
    var run: [TokenID] = []
    func text() -> String { tokenizer.decode(run, skippingSpecialTokens: true) }
    for token in canvas.tokens {
      if let token {
        run.append(token)
        continue
      }
      if !run.isEmpty { pieces.append(text()) }
      run = []
      pieces.append(nil)
    }
    if !run.isEmpty { pieces.append(text()) }
  }
}
