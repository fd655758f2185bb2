import LanguageModeling

/// The tokens of one step as rows, in input order, with what each row needs.
struct StepPlan {
  /// One token of one input.
  struct Row {
    let token: TokenID
    let position: Int
    /// The last position that it attends to: its own, or the end of its canvas.
    let horizon: Int
    /// Index of the input among the step's.
    let input: Int
    /// The row of the output that receives its logits; `nil`: none wanted.
    let outputRow: Int?
    /// The row that receives its last hidden state; `nil`: none wanted.
    let stateRow: Int?
    /// The adapters that its sequence runs with.
    let mix: MixTable.Index
  }

  private(set) var rows: [Row] = []
  /// The number of rows of logits.
  private(set) var outputRowCount = 0
  /// The number of hidden states.
  private(set) var stateRowCount = 0

  /// Takes in one more input, whose sequence holds `length` tokens and runs with `mix`.
  ///
  /// - Parameter isCanvas: whether its tokens see each other, and not only those before them.
  mutating func append(
    _ input: StepInput, index: Int, length: Int, mix: MixTable.Index, states: LogitsRequest,
    isCanvas: Bool
  ) {
    let count = input.tokens.count
    for (offset, token) in input.tokens.enumerated() {
      let wantsLogits = input.logits.isWanted(at: offset, of: count)
      let wantsState = states.isWanted(at: offset, of: count)
      rows.append(
        Row(
          token: token, position: length + offset,
          horizon: length + (isCanvas ? count - 1 : offset), input: index,
          outputRow: wantsLogits ? outputRowCount : nil,
          stateRow: wantsState ? stateRowCount : nil, mix: mix))
      if wantsLogits { outputRowCount += 1 }
      if wantsState { stateRowCount += 1 }
    }
  }

  /// The rows from `first` that go through the layers together: at most `limit`, no canvas cut in two.
  func pass(from first: Int, limit: Int) -> ArraySlice<Row> {
    var end = min(first + limit, rows.count)
    while end < rows.count, end > first, rows[end - 1].horizon > rows[end - 1].position { end -= 1 }
    return rows[first..<end]
  }

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    outputRowCount = 0
    stateRowCount = 0
  }
}
