/// A session that can also look at a block of tokens as a whole: the *canvas* of a diffusion model, whose tokens see
/// each other and everything that the sequence holds.
///
/// A refinement for models that were trained for it. Decoding by denoising asks for it and is refused over a model
/// without. What is settled is fed by ``DecodingSession/step(_:into:)`` like any text: it sees what stands before it.
///
/// The promise of ``DecodingSession`` holds: a row of logits depends on the sequence's tokens and adapters and on the
/// canvas, bit for bit.
public protocol CanvasSession: DecodingSession {
  /// The most tokens of a canvas.
  var maximumCanvasLength: Int { get }

  /// Gives logits for the tokens of a canvas after each input's sequence. The sequences stay as they are.
  ///
  /// - Parameters:
  ///   - inputs: at most one per sequence, each with 1 to ``maximumCanvasLength`` tokens.
  ///   - rows: receives the logits that the inputs ask for, in input order, row-major,
  ///     `[sum of rowCount, vocabularyCount]`; its length must be exactly that. A row belongs to its own position,
  ///     not to the next one.
  /// - Throws: ``ModelError``.
  func denoise(_ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>) throws(ModelError)
}
