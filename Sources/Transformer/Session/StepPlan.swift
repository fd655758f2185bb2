import LanguageModeling

/// The tokens of one step as rows, in input order, with what each row needs.
struct StepPlan {
  /// One token of one input.
  struct Row {
    let token: TokenID
    let position: Int
    /// Index of the input among the step's.
    let input: Int
    /// The row of the output that receives its logits; `nil`: none wanted.
    let outputRow: Int?
    /// The adapters that its sequence runs with.
    let mix: MixTable.Index
  }

  private(set) var rows: [Row] = []
  /// The number of rows of logits.
  private(set) var outputRowCount = 0

  /// Takes in one more input, whose sequence holds `length` tokens and runs with `mix`.
  mutating func append(_ input: StepInput, index: Int, length: Int, mix: MixTable.Index) {
    let last = input.tokens.count - 1
    for (offset, token) in input.tokens.enumerated() {
      let wanted =
        switch input.logits {
        case .none: false
        case .last: offset == last
        case .all: true
        }
      rows.append(
        Row(
          token: token, position: length + offset, input: index,
          outputRow: wanted ? outputRowCount : nil, mix: mix))
      if wanted { outputRowCount += 1 }
    }
  }

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    outputRowCount = 0
  }
}
