import Kernels

extension ForwardPass {
  /// The final norm's output of the rows that ask for it, into `states` (`[stateRow, hidden]`): what the output head
  /// would be given.
  func hiddenStates(
    _ rows: ArraySlice<StepPlan.Row>, into states: UnsafeMutablePointer<Float>
  ) {
    let hidden = model.configuration.hiddenSize
    for (index, row) in rows.enumerated() {
      guard let stateRow = row.stateRow else { continue }
      let norm = adapters.change(of: .finalNorm, row: index)?.norm ?? model.weights.finalNorm
      normalizeRow(norm, from: index, into: states + stateRow * hidden)
    }
  }
}
