public import LanguageModeling

extension TransformerSession: CanvasSession {
  /// Rows that go through the layers together, since the keys of a whole canvas are there before any of it looks.
  public var maximumCanvasLength: Int { Activations.maximumRowCount }

  /// Writes the canvases' keys and values after their sequences, lets each token attend to all of them, and gives the
  /// memory back.
  ///
  /// - Throws: `ModelError.invalidOption` for a canvas that is too long, and for a model whose attention has a window:
  ///   what that means within a canvas is not defined.
  /// - Complexity: as a step with as many tokens.
  public func denoise(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>
  ) throws(ModelError) {
    guard !hasWindow else {
      throw .invalidOption("attention has a window, so a block of tokens can't see itself whole")
    }
    for index in inputs.indices where inputs[index].tokens.count > maximumCanvasLength {
      throw .invalidOption(
        "a block of \(inputs[index].tokens.count) tokens: at most \(maximumCanvasLength) are"
          + " denoised at once")
    }
    try look(at: inputs, into: &rows)
  }
}
