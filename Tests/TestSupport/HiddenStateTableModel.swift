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
    HiddenStateTableSession(
      table: try table.makeSession(options), hiddenSize: hiddenSize, state: state)
  }
}

/// The session of a ``HiddenStateTableModel``.
public final class HiddenStateTableSession: HiddenStateSession {
  /// The number of elements of a hidden state.
  public let hiddenSize: Int
  private let table: TableSession
  private let state: @Sendable ([TokenID]) -> [Float]

  init(
    table: TableSession, hiddenSize: Int, state: @escaping @Sendable ([TokenID]) -> [Float]
  ) {
    self.table = table
    self.hiddenSize = hiddenSize
    self.state = state
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

  /// Looks up the rows and the hidden states that are asked for.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: Span<LogitsRequest>, into hiddenStates: inout MutableSpan<Float>
  ) throws(ModelError) {
    var output: [Float] = []
    for index in inputs.indices {
      let input = inputs[index]
      var tokens = try table.tokens(of: input.sequence)
      for (offset, token) in input.tokens.enumerated() {
        tokens.append(token)
        if states[index].isWanted(at: offset, of: input.tokens.count) { output += state(tokens) }
      }
    }
    guard output.count == hiddenStates.count else {
      throw .wrongOutputCount(expected: output.count, actual: hiddenStates.count)
    }
    try table.step(inputs, into: &rows)
    for index in output.indices { hiddenStates[index] = output[index] }
  }
}
