import LanguageModeling

extension BatchDecoder {
  /// Lets a request's search take its steps over the rows of last tokens and drafts, each hypothesis by itself for as
  /// long as it chooses what was drafted, and rolls the model back to the end of what it chose.
  func verify(_ index: Int, rows range: Range<Int>) {
    let state = requests[index]
    let leaves = state.tree.live
    let parents = state.sequences
    var living: [SearchTree.Leaf] = []
    state.sequences = []
    var first = range.lowerBound
    for (leaf, sequence) in zip(leaves, parents) {
      let isLast = leaf.hypothesis == leaves.last?.hypothesis
      var last = leaf
      if state.drafts?.lanes[leaf.slot].error == nil {
        let count = 1 + (state.drafts?.lanes[leaf.slot].draft.count ?? 0)
        guard let next = follow(index, leaf, sequence, rows: first..<first + count) else {
          if !(isLast && living.isEmpty && keepDrafted(index, leaf, sequence)) {
            session.close(sequence)
          }
          drafter(of: state.request)?.close(DraftLane(request: index, slot: leaf.slot))
          first += count
          continue
        }
        first += count
        last = next
      }
      living.append(last)
      state.sequences.append(sequence)
    }
    state.tree.keepAlive(living)
    emit(index)
    if living.isEmpty {
      finish(index)
    } else {
      failWhereDue(index)
    }
  }

  /// Advances one hypothesis over the rows of its last token and its draft.
  ///
  /// - Returns: the hypothesis that it has become, or `nil` where it has ended.
  private func follow(
    _ index: Int, _ leaf: SearchTree.Leaf, _ sequence: SequenceID, rows range: Range<Int>
  ) -> SearchTree.Leaf? {
    let state = requests[index]
    let slot = leaf.slot
    let draft = state.drafts?.lanes[slot].draft ?? []
    var current = leaf
    var (used, accepted) = (0, 0)
    defer { note(index, slot: slot, drafted: draft.count, accepted: accepted) }
    for row in range {
      state.tree.keepAlive([current])
      let length = state.tree.length(of: current.hypothesis)
      do throws(DecodingFailure) {
        let logits = rows.span.extracting(row * vocabularyCount..<(row + 1) * vocabularyCount)
        try state.tree.beginStep(logits: logits, scratch: &scratch)
        try state.search.advance(&state.tree, logits: logits, scratch: &scratch)
        state.tree.endStep()
      } catch {
        state.drafts?.lanes[slot].error = error
        break
      }
      used += 1
      guard let next = state.tree.live.first else {
        if used <= draft.count, state.tree.newest?.length == length + 1,
          state.tree.newest?.token == draft[used - 1]
        {
          accepted += 1
        }
        return nil
      }
      current = next
      guard used <= draft.count, state.tree.lastToken(ofRow: 0) == draft[used - 1] else { break }
      accepted += 1
    }
    let surplus = range.count - used
    if surplus > 0 {
      do throws(ModelError) {
        let length = try session.length(of: sequence)
        try session.rollback(sequence, to: length - surplus)
      } catch {
        state.drafts?.lanes[slot].error = .model(error)
      }
      keepGuesses(index, rows: range.suffix(surplus))
    }
    return current
  }

  /// Keeps the sequence of a request's last hypothesis, which has ended.
  ///
  /// - Returns: whether it is kept.
  private func keepDrafted(
    _ index: Int, _ leaf: SearchTree.Leaf, _ sequence: SequenceID
  ) -> Bool {
    let state = requests[index]
    guard keptTextCount > 0 else { return false }
    let fed =
      state.tree.tokens(of: leaf.hypothesis).map(\.token)
      + (state.drafts?.lanes[leaf.slot].draft ?? [])
    guard let source = source(sequence, state.request.prompt + fed, of: state.request) else {
      return false
    }
    keep([source])
    return true
  }

  private func note(_ index: Int, slot: Int, drafted: Int, accepted: Int) {
    let state = requests[index]
    guard state.drafts?.lanes[slot].isForced == false else { return }
    state.drafts?.counts.drafted += drafted
    state.drafts?.counts.accepted += accepted
    state.drafts?.lanes[slot].length.note(drafted: drafted, accepted: accepted)
  }

  /// Fails a request of which one of the hypotheses that are least far can't go on: where it would fail without drafts.
  private func failWhereDue(_ index: Int) {
    let state = requests[index]
    let lengths = state.tree.live.map { state.tree.length(of: $0.hypothesis) }
    let least = lengths.min() ?? 0
    for (leaf, length) in zip(state.tree.live, lengths) where length == least {
      guard let error = state.drafts?.lanes[leaf.slot].error else { continue }
      if case .model(let error) = error {
        fail(.request(index, isFirst: true), error)
      } else {
        fail(index, error)
      }
      return
    }
  }

  /// Hands out a request's events, in the order of a search without drafts.
  ///
  /// - Parameter all: whether none is to be held back: the request is over.
  func emit(_ index: Int, all: Bool = false) {
    let state = requests[index]
    guard state.drafts != nil else {
      return state.tree.drainEvents(request: index, into: &pending)
    }
    var events: [DecodingEvent] = []
    state.tree.drainEvents(request: index, into: &events)
    state.drafts?.order.hold(events, of: state.tree)
    let least = state.tree.live.map { state.tree.length(of: $0.hypothesis) }.min() ?? .max
    state.drafts?.order.release(through: all ? .max : least, into: &pending)
  }
}
