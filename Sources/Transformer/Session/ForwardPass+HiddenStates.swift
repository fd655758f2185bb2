import Kernels

extension ForwardPass {
  /// The final norm's output of the rows that ask for it, into `states` (`[stateRow, hidden]`): what the output head
  /// would be given.
  func hiddenStates(
    _ rows: ArraySlice<StepPlan.Row>, into states: UnsafeMutablePointer<Float>
  ) {
    let hidden = model.configuration.hiddenSize
    model.weights.finalNorm.withUnsafeBufferPointer { buffer in
      guard let weight = buffer.baseAddress else { return }
      for (index, row) in rows.enumerated() {
        guard let stateRow = row.stateRow else { continue }
        pool.rmsNorm(
          activations.residual.pointer + index * hidden, weight: weight,
          epsilon: model.configuration.normEpsilon, count: hidden,
          into: states + stateRow * hidden)
      }
    }
  }
}
