import LanguageModeling

extension BatchDecoder {
  /// Takes one step of the model for all requests, and returns what happened.
  ///
  /// - Returns: the events, those of one request in their order; `nil` when there is nothing left to do. The array may
  ///   be empty while long prompts are read.
  /// - Throws: ``DecodingFailure/model(_:)`` for an error that isn't one request's own; the decoder can't go on then.
  public func step() throws(DecodingFailure) -> [DecodingEvent]? {
    planWaiting()
    try draft()
    let work = try compute()
    var (row, stateRow) = (0, 0)
    for item in work {
      switch item.owner {
      case .segment(let segment):
        keepStates(item, of: segment, stateRow: stateRow)
        finishReading(segment, chunk: item.input, row: row)
      case .request(let index, let first) where first:
        handStates(to: index, stateRow: stateRow)
        advance(index, rows: row..<row + rowCount(of: index))
      case .request:
        break
      }
      row += item.input.rowCount
      stateRow += item.stateRowCount
    }
    let hasDenoised = try denoise()
    guard !work.isEmpty || hasDenoised || !pending.isEmpty else {
      if keptTextCount == 0 { closeKept() }
      return nil
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
    /// Which of the tokens' hidden states are wanted.
    var states = LogitsRequest.none

    var stateRowCount: Int { states.rowCount(ofTokens: input.tokens.count) }
  }

  private func planWaiting() {
    guard !waiting.isEmpty else { return }
    requests.removeFinished()
    for segment in plan.add(waiting.flatMap(prompts)) { start(segment) }
    waiting = []
  }

  /// Runs the model, again without the requests that it refuses by name.
  private func compute() throws(DecodingFailure) -> [Work] {
    while true {
      let work = gather()
      guard !work.isEmpty else { return [] }
      do throws(ModelError) {
        try feed(work)
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
    var scoredBudget = scoredTokensPerStep
    for index in plan.readable where budget > 0 {
      if plan.segments[index].sequence == nil {
        do throws(ModelError) {
          plan.assign(try session.open(adapter: plan.segments[index].adapter), to: index)
        } catch {
          fail(.segment(index), error)
        }
      }
      let segment = plan.segments[index]
      let isScored = segment.alternatives != nil
      guard let sequence = segment.sequence, !isScored || scoredBudget > 0 else { continue }
      let chunk = segment.tokens.dropFirst(segment.fedCount)
        .prefix(isScored ? min(budget, scoredBudget) : budget)
      budget -= chunk.count
      if isScored { scoredBudget -= chunk.count }
      let isLast = segment.fedCount + chunk.count == segment.tokens.count
      work.append(
        Work(
          input: StepInput(
            sequence, Array(chunk),
            logits: isScored ? .all : isLast && !segment.readers.isEmpty ? .last : .none),
          owner: .segment(index), states: segment.keepsStates ? .all : .none))
    }
    for index in requests.indices where requests[index].phase == .searching {
      let state = requests[index]
      if state.drafts != nil {
        work += draftedWork(index)
        continue
      }
      if state.request.strategy.canvasLength > 0 {
        work += settledWork(index)
        continue
      }
      for (row, sequence) in state.sequences.enumerated() {
        work.append(
          Work(
            input: StepInput(sequence, [state.tree.lastToken(ofRow: row)]),
            owner: .request(index, isFirst: row == 0),
            states: state.request.strategy.readsHiddenStates ? .last : .none))
      }
      work += negativeWork(index)
    }
    return work
  }

  /// Takes note that a chunk of a segment was read; hands its sequence on when it was the last.
  private func finishReading(_ index: Int, chunk: StepInput, row: Int) {
    do throws(ModelError) { try score(chunk, of: index, row: row) } catch {
      return fail(.segment(index), error)
    }
    plan.advance(index, by: chunk.tokens.count)
    let segment = plan.segments[index]
    guard segment.fedCount == segment.tokens.count, let sequence = segment.sequence else { return }
    var heirs =
      segment.children.filter { !plan.segments[$0].isDone }.map(Heir.segment)
      + segment.readers.map(Heir.reader)
    // The last takes the sequence itself, the others a fork of it.
    let last = heirs.popLast()
    for heir in heirs {
      do throws(ModelError) {
        hand(try session.fork(sequence), of: segment, to: heir)
      } catch {
        refuse(heir, error)
      }
    }
    if let last { hand(sequence, of: segment, to: last) } else { session.close(sequence) }
    plan.finish(index)
    for reader in segment.readers where requests[reader.request].phase == .reading {
      guard let first = firstRow(of: reader, row: row + chunk.rowCount - 1) else { continue }
      requests[reader.request].phase = .searching
      pending.append(.promptRead(request: reader.request))
      if requests[reader.request].tree.lengthLimit == 0 {
        conclude(reader.request, reason: .length)
      } else if requests[reader.request].request.strategy.canvasLength > 0 {
        beginCanvases(reader.request)
      } else {
        advance(reader.request, rows: first..<first + 1)
      }
    }
  }

  private enum Heir {
    case segment(Int)
    case reader(PromptPlan.Reader)
  }

  private func hand(_ sequence: SequenceID, of segment: PromptPlan.Segment, to heir: Heir) {
    switch heir {
    case .segment(let index):
      plan.assign(sequence, to: index)
      plan.inherit(segment.allStates, to: index)
      if segment.alternatives != nil { plan.inherit(segment.allScores, to: index) }
    case .reader(let reader) where requests[reader.request].phase == .over:
      // Its other prompt came to nothing.
      session.close(sequence)
    case .reader(let reader) where reader.isNegative:
      requests[reader.request].guidance?.sequences = [sequence]
    case .reader(let reader):
      requests[reader.request].sequences = [sequence]
      handPromptStates(segment, to: reader.request)
      handPromptScores(segment, to: reader.request)
    }
  }

  private func refuse(_ heir: Heir, _ error: ModelError) {
    switch heir {
    case .segment(let index): fail(.segment(index), error)
    case .reader(let reader) where requests[reader.request].phase != .over:
      fail(reader.request, .model(error))
    case .reader: break
    }
  }

  /// Lets a request's search see its rows, and forks the model's sequences as it says.
  private func advance(_ index: Int, rows range: Range<Int>) {
    if supportsDrafting(index) { return verify(index, rows: range) }
    takeStep(index) { state throws(DecodingFailure) in
      let rows = rows
      let elements = range.lowerBound * vocabularyCount..<range.upperBound * vocabularyCount
      let logits = rows.span.extracting(elements)
      try state.tree.beginStep(logits: logits, scratch: &scratch)
      try guide(index, rows: range)
      try state.search.advance(&state.tree, logits: logits, scratch: &scratch)
    }
  }

  /// Lets a request's search take a step, follows the hypotheses that live on, and tells what happened; a step that fails
  /// ends the request.
  func takeStep(_ index: Int, _ body: (RequestState) throws(DecodingFailure) -> Void) {
    let state = requests[index]
    let first = state.tree.live.first?.hypothesis ?? .prompt
    do throws(DecodingFailure) {
      try body(state)
      state.tree.endStep()
      try follow(index, from: first)
    } catch {
      fail(index, error)
      return
    }
    emit(index)
    if state.tree.live.isEmpty { finish(index) }
  }

  /// Makes the model's sequences those of the live hypotheses.
  ///
  /// - Parameter first: the hypothesis of the first sequence.
  private func follow(_ index: Int, from first: HypothesisID) throws(DecodingFailure) {
    let state = requests[index]
    if state.tree.live.isEmpty { keep(index, through: first) }
    try follow(state.tree.live, &state.sequences)
    if var negative = state.guidance?.sequences {
      defer { state.guidance?.sequences = negative }
      try follow(state.tree.live, &negative)
    }
  }

  /// Branches sequences, one for each row of a step, along the hypotheses that live on: each parent's goes to its first
  /// child, the others get forks of it, and those without children are closed.
  private func follow(
    _ live: [SearchTree.Leaf], _ branches: inout [SequenceID]
  ) throws(DecodingFailure) {
    let parents = branches
    var isTaken = Array(repeating: false, count: parents.count)
    var sequences: [SequenceID] = []
    var failure: ModelError?
    for leaf in live where failure == nil {
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
    branches = sequences
    if let failure { throw .model(failure) }
  }
}

extension ModelError {
  /// The sequence that the error is about.
  var sequence: SequenceID? {
    switch self {
    case .unknownSequence(let id), .duplicateSequence(let id), .emptyInput(let id),
      .contextFull(let id, _, _), .rollbackOutOfRange(let id, _, _), .notFinite(let id, _),
      .cacheOverflow(let id, _):
      id
    case .tokenOutOfRange, .wrongOutputCount, .unknownAdapter, .invalidOption, .outOfMemory:
      nil
    }
  }
}
