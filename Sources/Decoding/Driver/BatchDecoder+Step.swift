import LanguageModeling

extension BatchDecoder {
  /// One step of the model for all requests, and what came of it.
  ///
  /// - Returns: the events, those of one request in their order; `nil` when there is nothing left to do. The array may
  ///   be empty while long prompts are read.
  /// - Throws: ``DecodingError/model(_:)`` for an error that isn't one request's own; the decoder can't go on then.
  public func step() throws(DecodingError) -> [DecodingEvent]? {
    planWaiting()
    try draft()
    let work = try compute()
    guard !work.isEmpty || !pending.isEmpty else { return nil }
    var row = 0
    for item in work {
      switch item.owner {
      case .segment(let segment):
        finishReading(segment, chunk: item.input, row: row)
      case .request(let index, let first) where first:
        advance(index, rows: row..<row + rowCount(of: index))
      case .request:
        break
      }
      row += item.input.rowCount
    }
    defer { pending = [] }
    return pending
  }

  /// An input of a step and whom it belongs to.
  struct Work {
    enum Owner {
      /// A chunk of a segment of the prompts.
      case segment(Int)
      /// A live hypothesis of a request: whether it is its first.
      case request(Int, isFirst: Bool)
    }

    var input: StepInput
    var owner: Owner
  }

  private func planWaiting() {
    guard !waiting.isEmpty else { return }
    plan.add(
      waiting.map { ($0, requests[$0].request.prompt, requests[$0].request.adapter) })
    waiting = []
  }

  /// Runs the model, again without the requests that it refuses by name.
  private func compute() throws(DecodingError) -> [Work] {
    while true {
      let work = gather()
      guard !work.isEmpty else { return [] }
      let inputs = work.map(\.input)
      let rowCount = inputs.reduce(0) { $0 + $1.rowCount }
      rows.resize(to: rowCount * vocabularyCount)
      do throws(ModelError) {
        try session.step(inputs, into: &rows)
        return work
      } catch {
        guard let sequence = error.sequence,
          let owner = work.first(where: { $0.input.sequence == sequence })?.owner
        else {
          if withdrawDrafts() { continue }
          throw .model(error)
        }
        if withdrawDraft(of: sequence, owner: owner, error) { continue }
        fail(owner, error)
      }
    }
  }

  /// What the next step of the model is fed.
  private func gather() -> [Work] {
    var work: [Work] = []
    var budget = Self.promptTokensPerStep
    for index in plan.readable where budget > 0 {
      if plan.segments[index].sequence == nil {
        do throws(ModelError) {
          plan.assign(try session.open(adapter: plan.segments[index].adapter), to: index)
        } catch {
          fail(.segment(index), error)
        }
      }
      let segment = plan.segments[index]
      guard let sequence = segment.sequence else { continue }
      let chunk = segment.tokens.dropFirst(segment.fedCount).prefix(budget)
      budget -= chunk.count
      let isLast = segment.fedCount + chunk.count == segment.tokens.count
      work.append(
        Work(
          input: StepInput(
            sequence, Array(chunk), logits: isLast && !segment.requests.isEmpty ? .last : .none),
          owner: .segment(index)))
    }
    for index in requests.indices where requests[index].phase == .searching {
      let state = requests[index]
      if state.drafts != nil {
        work += draftedWork(index)
        continue
      }
      for (row, sequence) in state.sequences.enumerated() {
        work.append(
          Work(
            input: StepInput(sequence, [state.tree.lastToken(ofRow: row)]),
            owner: .request(index, isFirst: row == 0)))
      }
    }
    return work
  }

  /// Takes note that a chunk of a segment was read; hands its sequence on when it was the last.
  private func finishReading(_ index: Int, chunk: StepInput, row: Int) {
    plan.advance(index, by: chunk.tokens.count)
    let segment = plan.segments[index]
    guard segment.fedCount == segment.tokens.count, let sequence = segment.sequence else { return }
    var heirs =
      segment.children.filter { !plan.segments[$0].isDone }.map(Heir.segment)
      + segment.requests.map(Heir.request)
    // The last takes the sequence itself, the others a fork of it.
    let last = heirs.popLast()
    for heir in heirs {
      do throws(ModelError) {
        hand(try session.fork(sequence), to: heir)
      } catch {
        refuse(heir, error)
      }
    }
    if let last { hand(sequence, to: last) } else { session.close(sequence) }
    plan.finish(index)
    for request in segment.requests where requests[request].phase == .searching {
      pending.append(.promptRead(request: request))
      advance(request, rows: row..<row + 1)
    }
  }

  private enum Heir {
    case segment(Int)
    case request(Int)
  }

  private func hand(_ sequence: SequenceID, to heir: Heir) {
    switch heir {
    case .segment(let index):
      plan.assign(sequence, to: index)
    case .request(let index):
      requests[index].sequences = [sequence]
      requests[index].phase = .searching
    }
  }

  private func refuse(_ heir: Heir, _ error: ModelError) {
    switch heir {
    case .segment(let index): fail(.segment(index), error)
    case .request(let index): fail(index, .model(error))
    }
  }

  /// Lets a request's search see its rows, and forks the model's sequences as it says.
  private func advance(_ index: Int, rows range: Range<Int>) {
    if takesDrafts(index) { return verify(index, rows: range) }
    do throws(DecodingError) {
      let elements = range.lowerBound * vocabularyCount..<range.upperBound * vocabularyCount
      let logits = rows.span.extracting(elements)
      let state = requests[index]
      try state.tree.beginStep(logits: logits, scratch: &scratch)
      try state.search.advance(&state.tree, logits: logits, scratch: &scratch)
      state.tree.endStep()
      try follow(index)
    } catch {
      fail(index, error)
      return
    }
    tell(index)
    if requests[index].tree.live.isEmpty { finish(index) }
  }

  /// Makes the model's sequences those of the live hypotheses: each parent's goes to its first child, the others get
  /// forks of it, and those without children are closed.
  private func follow(_ index: Int) throws(DecodingError) {
    let parents = requests[index].sequences
    var isTaken = Array(repeating: false, count: parents.count)
    var sequences: [SequenceID] = []
    var failure: ModelError?
    for leaf in requests[index].tree.live where failure == nil {
      if isTaken[leaf.parentRow] {
        do throws(ModelError) {
          sequences.append(try session.fork(parents[leaf.parentRow]))
        } catch {
          failure = error
        }
      } else {
        isTaken[leaf.parentRow] = true
        sequences.append(parents[leaf.parentRow])
      }
    }
    for (row, sequence) in parents.enumerated() where !isTaken[row] { session.close(sequence) }
    requests[index].sequences = sequences
    if let failure { throw .model(failure) }
  }
}

extension ModelError {
  /// The sequence that the error is about.
  fileprivate var sequence: SequenceID? {
    switch self {
    case .unknownSequence(let id), .duplicateSequence(let id), .emptyInput(let id),
      .contextFull(let id, _, _), .rollbackOutOfRange(let id, _, _), .notFinite(let id, _):
      id
    case .tokenOutOfRange, .wrongOutputCount, .unknownAdapter, .invalidOption, .outOfMemory:
      nil
    }
  }
}
