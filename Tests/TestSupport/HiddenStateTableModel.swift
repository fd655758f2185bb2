public import LanguageModeling

/// A ``TableLanguageModel`` that also gives hidden states: a function from the tokens so far to a vector.
public struct HiddenStateTableModel: LanguageModel {
  /// The logits.
  public let table: TableLanguageModel
  private let hiddenSize: Int
  private let state: @Sendable ([TokenID]) -> [Float]

  /// A model whose hidden state after a sequence is `state(sequence)`, `hiddenSize` numbers.
  public init(
    _ table: TableLanguageModel, hiddenSize: Int, state: @escaping @Sendable ([TokenID]) -> [Float]
  ) {
    self.table = table
    self.hiddenSize = hiddenSize
    self.state = state
  }

  /// The table's.
  public var vocabularyCount: Int { table.vocabularyCount }
  /// The table's.
  public var contextLength: Int { table.contextLength }

  /// A session with nothing in it.
  public func makeSession(_ options: SessionOptions) throws(ModelError)
    -> sending HiddenStateTableSession
  {
    HiddenStateTableSession(table, options, hiddenSize: hiddenSize, state: state)
  }
}

/// The session of a ``HiddenStateTableModel``.
public final class HiddenStateTableSession: TableSession, HiddenStateSession {
  /// The number of elements of a hidden state.
  public let hiddenSize: Int
  private let state: @Sendable ([TokenID]) -> [Float]

  init(
    _ table: TableLanguageModel, _ options: SessionOptions, hiddenSize: Int,
    state: @escaping @Sendable ([TokenID]) -> [Float]
  ) {
    self.hiddenSize = hiddenSize
    self.state = state
    super.init(table, options)
  }

  /// Looks up the rows and the hidden states that are asked for.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: Span<LogitsRequest>, into hiddenStates: inout MutableSpan<Float>
  ) throws(ModelError) {
    var output: [Float] = []
    for index in inputs.indices {
      let input = inputs[index]
      var tokens = try tokens(of: input.sequence)
      for (offset, token) in input.tokens.enumerated() {
        tokens.append(token)
        if states[index].isWanted(at: offset, of: input.tokens.count) { output += state(tokens) }
      }
    }
    guard output.count == hiddenStates.count else {
      throw .wrongOutputCount(expected: output.count, actual: hiddenStates.count)
    }
    try step(inputs, into: &rows)
    for index in output.indices { hiddenStates[index] = output[index] }
  }
}
