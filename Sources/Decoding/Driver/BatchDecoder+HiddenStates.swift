import LanguageModeling

extension BatchDecoder {
  /// Feeds a step's inputs to the model, whose logits and hidden states are then in `rows` and `hiddenStates`.
  func feed(_ work: [Work]) throws(ModelError) {
    let inputs = work.map(\.input)
    rows.resize(to: inputs.reduce(0) { $0 + $1.rowCount } * vocabularyCount)
    guard let hiddenStateSession, work.contains(where: { $0.stateRowCount > 0 }) else {
      return try session.step(inputs, into: &rows)
    }
    hiddenStates.resize(
      to: work.reduce(0) { $0 + $1.stateRowCount } * hiddenStateSession.hiddenSize)
    try hiddenStateSession.step(
      inputs, into: &rows, states: work.map(\.states), into: &hiddenStates)
  }

  /// Refuses a search that reads hidden states where the model gives none.
  func checkHiddenStates(_ request: DecodingRequest) throws(DecodingFailure) {
    guard request.strategy.readsHiddenStates, hiddenStateSession == nil else { return }
    throw .conflict(
      "the strategy (\(request.strategy)) compares hidden states, and this model gives logits alone;"
        + " choose a strategy that needs no more, such as sampling")
  }

  /// Keeps the hidden states of a chunk of a segment, which begin at `stateRow`.
  func keepStates(_ work: Work, of segment: Int, stateRow: Int) {
    guard work.stateRowCount > 0, let size = hiddenStateSession?.hiddenSize else { return }
    plan.append(
      hiddenStates[stateRow * size..<(stateRow + work.stateRowCount) * size], to: segment)
  }

  /// Gives a request the hidden states of its prompt, which ends with `segment`.
  func handPromptStates(_ segment: PromptPlan.Segment, to index: Int) {
    let state = requests[index]
    guard state.request.strategy.readsHiddenStates, let size = hiddenStateSession?.hiddenSize else {
      return
    }
    state.tree.hiddenStates.size = size
    state.tree.hiddenStates.prompt = segment.allStates
  }

  /// Gives a request the hidden states of its live hypotheses, which begin at `stateRow`.
  func handStates(to index: Int, stateRow: Int) {
    let state = requests[index]
    guard state.request.strategy.readsHiddenStates, let size = hiddenStateSession?.hiddenSize else {
      return
    }
    state.tree.hiddenStates.live.removeAll(keepingCapacity: true)
    state.tree.hiddenStates.live.append(
      contentsOf: hiddenStates[stateRow * size..<(stateRow + state.tree.live.count) * size])
  }
}
