import LanguageModeling

/// What the session underneath is fed in a step, and what each input of the step wants of the result.
struct CoalescingPlan {
  /// What the session underneath is fed.
  var inputs: [StepInput] = []
  /// The hidden states that it is asked for.
  var stateRequests: [LogitsRequest] = []
  /// The first name that each of its inputs stands for.
  var names: [SequenceID] = []
  /// By input of the step, its rows among those computed.
  var rows: [Range<Int>] = []
  /// By input of the step, its hidden states among those computed.
  var states: [Range<Int>] = []
  /// How many are computed.
  var computedRowCount = 0
  var computedStateCount = 0

  /// What tells inputs apart.
  struct Key: Hashable {
    var meaning: SequenceID
    var tokens: [TokenID]
    var logits: LogitsRequest
    var states: LogitsRequest
  }
}

extension CoalescingSession {
  /// Makes names part that are fed different tokens. After an error they may have parted, and no length has changed.
  ///
  /// - Parameter states: the hidden states that an input asks for.
  func plan(
    _ inputs: Span<StepInput>, states: (Int) -> LogitsRequest
  ) throws(ModelError) -> CoalescingPlan {
    var plan = CoalescingPlan()
    var places: [CoalescingPlan.Key: (input: Int, first: Int)] = [:]
    var taken: Set<SequenceID> = []
    var seen: Set<SequenceID> = []
    let fedCounts = fedCounts(inputs)
    for index in inputs.indices {
      let input = inputs[index]
      guard seen.insert(input.sequence).inserted else { throw .duplicateSequence(input.sequence) }
      let meaning = try meaning(of: input.sequence)
      let key = CoalescingPlan.Key(
        meaning: meaning, tokens: input.tokens, logits: input.logits, states: states(index))
      if let place = places[key] {
        move(input.sequence, to: plan.inputs[place.input].sequence)
        plan.rows.append(plan.rows[place.first])
        plan.states.append(plan.states[place.first])
        continue
      }
      places[key] = (plan.inputs.count, index)
      var own = meaning
      // The first keeps the sequence, unless names that aren't fed now need it as it is.
      if !taken.insert(meaning).inserted
        || fedCounts[meaning, default: 0] < nameCounts[meaning, default: 0]
      {
        own = try base.fork(meaning)
        move(input.sequence, to: own)
      }
      plan.inputs.append(StepInput(own, input.tokens, logits: input.logits))
      plan.stateRequests.append(key.states)
      plan.names.append(input.sequence)
      let rowEnd = plan.computedRowCount + input.rowCount
      let stateEnd = plan.computedStateCount + key.states.rowCount(ofTokens: input.tokens.count)
      plan.rows.append(plan.computedRowCount..<rowEnd)
      plan.states.append(plan.computedStateCount..<stateEnd)
      plan.computedRowCount = rowEnd
      plan.computedStateCount = stateEnd
    }
    return plan
  }

  /// How many names of each sequence the step feeds.
  private func fedCounts(_ inputs: Span<StepInput>) -> [SequenceID: Int] {
    var counts: [SequenceID: Int] = [:]
    for index in inputs.indices {
      if let meaning = meanings[inputs[index].sequence] { counts[meaning, default: 0] += 1 }
    }
    return counts
  }

  /// Refuses an output of the wrong length.
  func check(_ count: Int, for wanted: [Range<Int>], width: Int) throws(ModelError) {
    let expected = wanted.reduce(0) { $0 + $1.count } * width
    guard count == expected else { throw .wrongOutputCount(expected: expected, actual: count) }
  }

  /// Copies what was computed to whoever wants it.
  static func hand(
    _ computed: [Float], _ wanted: [Range<Int>], width: Int, to output: inout MutableSpan<Float>
  ) {
    computed.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var place = 0
        for range in wanted {
          let elements = source[range.lowerBound * width..<range.upperBound * width]
          place = target[place...].update(fromContentsOf: elements)
        }
      }
    }
  }

  /// The error with the name that the user knows.
  func renamed(_ error: ModelError, _ plan: CoalescingPlan) -> ModelError {
    func name(_ sequence: SequenceID) -> SequenceID {
      plan.inputs.firstIndex { $0.sequence == sequence }.map { plan.names[$0] } ?? sequence
    }
    return switch error {
    case .unknownSequence(let id): .unknownSequence(name(id))
    case .duplicateSequence(let id): .duplicateSequence(name(id))
    case .emptyInput(let id): .emptyInput(name(id))
    case .contextFull(let id, let length, let limit):
      .contextFull(name(id), length: length, limit: limit)
    case .rollbackOutOfRange(let id, let target, let length):
      .rollbackOutOfRange(name(id), to: target, length: length)
    case .notFinite(let id, let position): .notFinite(name(id), position: position)
    case .cacheOverflow(let id, let position): .cacheOverflow(name(id), position: position)
    case .tokenOutOfRange, .wrongOutputCount, .unknownAdapter, .invalidOption, .outOfMemory: error
    }
  }
}
