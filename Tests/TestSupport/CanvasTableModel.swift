public import LanguageModeling

/// A ``TableLanguageModel`` that can also denoise: a function from the tokens before a canvas and the canvas itself to a
/// row of logits for each of its positions.
public struct CanvasTableModel: LanguageModel {
  /// The logits of text, and the sequences.
  public let table: TableLanguageModel
  private let denoise: @Sendable (_ text: [TokenID], _ canvas: [TokenID]) -> [[Float]]

  /// A model whose rows over a canvas are `denoise(text, canvas)`.
  public init(
    _ table: TableLanguageModel,
    denoise: @escaping @Sendable (_ text: [TokenID], _ canvas: [TokenID]) -> [[Float]]
  ) {
    self.table = table
    self.denoise = denoise
  }

  /// The table's.
  public var vocabularyCount: Int { table.vocabularyCount }
  /// The table's.
  public var contextLength: Int { table.contextLength }

  /// A session with nothing in it.
  public func makeSession(_ options: SessionOptions) throws(ModelError)
    -> sending CanvasTableSession
  {
    CanvasTableSession(
      table: try table.makeSession(options), vocabularyCount: vocabularyCount, denoise: denoise)
  }
}

/// The session of a ``CanvasTableModel``.
public final class CanvasTableSession: CanvasSession {
  /// 64
  public let maximumCanvasLength = 64
  private let table: TableSession
  private let vocabularyCount: Int
  private let rows: @Sendable ([TokenID], [TokenID]) -> [[Float]]

  init(
    table: TableSession, vocabularyCount: Int,
    denoise: @escaping @Sendable ([TokenID], [TokenID]) -> [[Float]]
  ) {
    self.table = table
    self.vocabularyCount = vocabularyCount
    rows = denoise
  }

  /// Opens an empty sequence; no adapter is known.
  public func open(adapter: AdapterMix) throws(ModelError) -> SequenceID {
    try table.open(adapter: adapter)
  }

  /// Opens a sequence with the tokens of `parent`.
  public func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
    try table.fork(parent)
  }

  /// Shortens a sequence.
  public func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
    try table.rollback(sequence, to: length)
  }

  /// Closes a sequence, if it is open.
  public func close(_ sequence: SequenceID) {
    table.close(sequence)
  }

  /// The number of tokens of a sequence.
  public func length(of sequence: SequenceID) throws(ModelError) -> Int {
    try table.length(of: sequence)
  }

  /// Looks up the rows that are asked for.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>
  ) throws(ModelError) {
    try table.step(inputs, into: &rows)
  }

  /// Looks up the rows of the canvases.
  public func denoise(
    _ inputs: Span<StepInput>, into output: inout MutableSpan<Float>
  ) throws(ModelError) {
    var index = 0
    for place in inputs.indices {
      let input = inputs[place]
      for token in input.tokens where token < 0 || token >= vocabularyCount {
        throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
      }
      for row in rows(try table.tokens(of: input.sequence), input.tokens) {
        for logit in row {
          output[index] = logit
          index += 1
        }
      }
    }
    guard index == output.count else {
      throw .wrongOutputCount(expected: index, actual: output.count)
    }
  }
}
