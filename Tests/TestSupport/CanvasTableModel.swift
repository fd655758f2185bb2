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
    CanvasTableSession(table, options, denoise: denoise)
  }
}

/// The session of a ``CanvasTableModel``.
public final class CanvasTableSession: TableSession, CanvasSession {
  /// 64
  public let maximumCanvasLength = 64
  private let rows: @Sendable ([TokenID], [TokenID]) -> [[Float]]

  init(
    _ table: TableLanguageModel, _ options: SessionOptions,
    denoise: @escaping @Sendable ([TokenID], [TokenID]) -> [[Float]]
  ) {
    rows = denoise
    super.init(table, options)
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
      for row in rows(try tokens(of: input.sequence), input.tokens) {
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
