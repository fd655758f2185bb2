import LanguageModeling

extension BatchDecoder {
  /// What became of the tokens that were drafted for a request: none where nothing is drafted.
  public func draftCounts(ofRequest request: Int) -> DraftCounts {
    requests.indices.contains(request)
      ? requests[request].drafts?.counts ?? DraftCounts() : DraftCounts()
  }

  /// The most logits that drafted tokens may add to a step: 64 MiB.
  static let draftedLogitsPerStep = 1 << 24

  /// Refuses drafts where they can't be checked or there is no drafter.
  func checkDrafts(of request: DecodingRequest) throws(DecodingFailure) {
    guard request.draftLimit != 0 else { return }
    guard request.draftLimit > 0 else {
      throw .invalidParameter(
        "draft limit", reason: "is \(request.draftLimit); it must be at least 0")
    }
    guard request.strategy.supportsDrafting else {
      throw .conflict(
        "drafted tokens can't be checked under “\(request.strategy)”, whose hypotheses compete;"
          + " leave drafting out, or choose greedy search or sampling")
    }
    guard request.effectiveGuidance == nil else {
      throw .conflict(
        "drafted tokens can't be checked under classifier-free guidance, which reads two prompts at once;"
          + " leave drafting or guidance out")
    }
    guard let drafter = drafter(of: request) else {
      throw .conflict(
        "nobody drafts the tokens; give the decoder or the request a drafter, or leave drafting out"
      )
    }
    try drafter.validate(request, vocabularyCount: vocabularyCount)
  }

  /// Who drafts for a request.
  func drafter(of request: DecodingRequest) -> (any Drafter)? { request.drafter ?? drafter }

  /// Has tokens drafted for every hypothesis that the next step feeds.
  func draft() throws(DecodingFailure) {
    var hypotheses: [DraftedHypothesis] = []
    var budget = Self.draftedLogitsPerStep / max(1, vocabularyCount)
    for index in requests.indices where requests[index].phase == .searching {
      let state = requests[index]
      guard state.drafts != nil else { continue }
      let refines = drafter(of: state.request)?.refinesDrafts ?? false
      for (row, leaf) in state.tree.live.enumerated() {
        let guesses = state.drafts?.lanes[leaf.slot].guesses ?? []
        state.drafts?.lanes[leaf.slot].guesses = []
        state.drafts?.lanes[leaf.slot].draft = []
        state.drafts?.lanes[leaf.slot].isForced = false
        // The last token is chosen from the row after the one before it.
        let room = state.tree.lengthLimit - state.tree.length(of: leaf.hypothesis) - 1
        guard room > 0, budget > 0, state.drafts?.lanes[leaf.slot].error == nil else { continue }
        let forced = forcedTokens(after: leaf, of: state.request, limit: min(room, budget))
        guard forced.isEmpty else {
          budget -= forced.count
          state.drafts?.lanes[leaf.slot].draft = forced
          state.drafts?.lanes[leaf.slot].isForced = true
          continue
        }
        guard state.request.draftLimit > 0,
          let length = refines
            ? state.request.draftLimit : state.drafts?.lanes[leaf.slot].length.next(),
          length > 0
        else { continue }
        let limit = min(length, room, budget)
        guard let hypothesis = hypothesis(index, row: row, limit: limit, guesses: guesses) else {
          continue
        }
        budget -= limit
        if let own = state.request.drafter {
          take(try own.propose([hypothesis]), for: [hypothesis], from: own)
        } else {
          hypotheses.append(hypothesis)
        }
      }
    }
    guard !hypotheses.isEmpty, let drafter else { return }
    take(try drafter.propose(hypotheses), for: hypotheses, from: drafter)
  }

  /// A live hypothesis of a request that tokens are drafted for, as its drafter sees it.
  private func hypothesis(
    _ index: Int, row: Int, limit: Int, guesses: [TokenID] = []
  ) -> DraftedHypothesis? {
    let state = requests[index]
    let leaf = state.tree.live[row]
    guard let known = state.drafts?.lanes[leaf.slot].context.generatedCount else { return nil }
    state.drafts?.lanes[leaf.slot].context.tokens += state.tree.tokens(ofRow: row, after: known)
    guard let context = state.drafts?.lanes[leaf.slot].context else { return nil }
    return DraftedHypothesis(
      lane: DraftLane(request: index, slot: leaf.slot), context: context, limit: limit,
      noise: state.tree.noise(ofSlot: leaf.slot), request: state.request,
      constraint: leaf.constraint, guesses: guesses)
  }

  /// Lets the next step check what a drafter proposes.
  private func take(
    _ drafts: [[TokenID]], for hypotheses: [DraftedHypothesis], from drafter: any Drafter
  ) {
    for (hypothesis, draft) in zip(hypotheses, drafts) {
      requests[hypothesis.lane.request].drafts?.lanes[hypothesis.lane.slot].draft = useful(
        draft.prefix(hypothesis.limit),
        under: drafter.refinesDrafts ? nil : hypothesis.constraint, of: hypothesis.request)
    }
  }

  /// Keeps, for a drafter that refines drafts, what a request's only live hypothesis would choose next by rows after
  /// drafted tokens of which the first was wrong.
  func keepGuesses(_ index: Int, rows range: Range<Int>) {
    let state = requests[index]
    guard let slot = state.tree.live.first?.slot, state.request.draftLimit > 0,
      drafter(of: state.request)?.refinesDrafts == true,
      state.drafts?.lanes[slot].isForced == false, state.drafts?.lanes[slot].error == nil,
      var hypothesis = hypothesis(index, row: 0, limit: range.count)
    else { return }
    for row in range {
      scratch.load(rows.span.extracting(row * vocabularyCount..<(row + 1) * vocabularyCount))
      guard let token = hypothesis.guess(from: &scratch),
        // Nothing is chosen after an end.
        !state.request.stopRules.endOfSequence.contains(token)
      else { return }
      state.drafts?.lanes[slot].guesses.append(token)
      hypothesis.append(token)
    }
  }

  /// What the constraint forces after a hypothesis; none where that isn't drafted.
  private func forcedTokens(
    after leaf: SearchTree.Leaf, of request: DecodingRequest, limit: Int
  ) -> [TokenID] {
    guard request.draftsForcedTokens, let constraint = leaf.constraint else { return [] }
    let limit = min(limit, request.forcedDraftLimit)
    return useful(
      constraint.forcedTokens(limit: limit).prefix(limit), under: constraint, of: request)
  }

  /// The part of a draft that may be chosen.
  private func useful(
    _ draft: ArraySlice<TokenID>, under constraint: (any TokenConstraint)?,
    of request: DecodingRequest
  ) -> [TokenID] {
    let ends = request.stopRules.endOfSequence
    var constraint = constraint
    return Array(
      draft.prefix { token in
        // Nothing is chosen after an end, so that feeding it would tell nothing.
        guard token >= 0, token < vocabularyCount, !ends.contains(token) else { return false }
        guard constraint != nil else { return true }
        // Where the constraint fails, the search will say so.
        return (try? constraint?.advance(by: token)) == true
      })
  }

  /// Whether a request's hypotheses advance one by one, over drafts: as soon as its prompt has branched into samples.
  func supportsDrafting(_ index: Int) -> Bool {
    requests[index].drafts != nil && requests[index].tree.live.first?.hypothesis != .prompt
  }

  /// The rows that a step has for a request whose prompt is read.
  func rowCount(of index: Int) -> Int {
    let live = requests[index].tree.live
    guard let lanes = requests[index].drafts?.lanes else { return live.count }
    return live.reduce(0) { count, leaf in
      count + (lanes[leaf.slot].error == nil ? 1 + lanes[leaf.slot].draft.count : 0)
    }
  }

  /// What the next step feeds a request that has drafts: each hypothesis' last token and its draft.
  func draftedWork(_ index: Int) -> [Work] {
    let state = requests[index]
    guard let lanes = state.drafts?.lanes else { return [] }
    var work: [Work] = []
    for (row, leaf) in state.tree.live.enumerated() where lanes[leaf.slot].error == nil {
      let tokens = [state.tree.lastToken(ofRow: row)] + lanes[leaf.slot].draft
      work.append(
        Work(
          input: StepInput(state.sequences[row], tokens, logits: .all),
          owner: .request(index, isFirst: work.isEmpty)))
    }
    return work
  }

  /// Goes without the draft that the model refused, or lets the error wait for its turn.
  ///
  /// - Returns: whether that was of use, so that the step can be tried again.
  func withdrawDraft(of sequence: SequenceID, owner: Work.Owner, _ error: ModelError) -> Bool {
    guard case .request(let index, _) = owner, supportsDrafting(index),
      let row = requests[index].sequences.firstIndex(of: sequence)
    else { return false }
    let tree = requests[index].tree
    let leaf = tree.live[row]
    if requests[index].drafts?.lanes[leaf.slot].draft.isEmpty == false {
      requests[index].drafts?.lanes[leaf.slot].draft = []
      return true
    }
    let length = tree.length(of: leaf.hypothesis)
    guard tree.live.contains(where: { tree.length(of: $0.hypothesis) < length }) else {
      return false
    }
    requests[index].drafts?.lanes[leaf.slot].error = .model(error)
    return true
  }

  /// Goes without all drafts.
  ///
  /// - Returns: whether there were any.
  func withdrawDrafts() -> Bool {
    var hadAny = false
    for state in requests.all where state.phase == .searching {
      for slot in state.drafts?.lanes.indices ?? 0..<0 {
        if state.drafts?.lanes[slot].draft.isEmpty == false {
          hadAny = true
          state.drafts?.lanes[slot].draft = []
        }
      }
    }
    return hadAny
  }

  /// Frees what the drafter keeps for a request.
  func closeDrafts(of index: Int) {
    guard let drafter = drafter(of: requests[index].request), let drafts = requests[index].drafts
    else { return }
    for slot in drafts.lanes.indices { drafter.close(DraftLane(request: index, slot: slot)) }
  }
}
