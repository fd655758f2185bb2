import LanguageModeling

extension BatchDecoder {
  /// Ends a request before its time; what is alive becomes its result.
  func conclude(_ index: Int, reason: FinishReason) {
    let state = requests[index]
    if keptTextCount > 0, let first = state.tree.live.first {
      keep(index, through: first.hypothesis)
    }
    state.search.conclude(&state.tree, reason: reason)
    emit(index, all: true)
    finish(index)
  }

  /// Notes that a request is completed.
  func finish(_ index: Int) {
    pending.append(.completed(request: index))
    release(index)
  }

  /// Ends a request with an error.
  func fail(_ index: Int, _ error: DecodingFailure) {
    pending.append(.failed(request: index, error))
    release(index)
  }

  /// Ends the requests that an input of a step belongs to. A full context is no error: it ends the text.
  func fail(_ owner: Work.Owner, _ error: ModelError) {
    let concerned =
      switch owner {
      case .segment(let segment): plan.readers(through: segment).map(\.request)
      case .request(let index, _): [index]
      }
    // A guided request can read two prompts through the same segment.
    for index in concerned where requests[index].phase != .over {
      if case .contextFull = error {
        conclude(index, reason: .length)
      } else {
        fail(index, .model(error))
      }
    }
  }

  /// Frees everything that a request holds.
  private func release(_ index: Int) {
    closeDrafts(of: index)
    requests[index].phase = .over
    for sequence in requests[index].heldSequences { session.close(sequence) }
    requests[index].abandon()
    for sequence in plan.remove(request: index) { session.close(sequence) }
  }
}
