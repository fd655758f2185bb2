public import LanguageModeling

/// The session of a ``CoalescingModel``. Its sequences are names; those of equal tokens stand for one sequence of the
/// session underneath.
public final class CoalescingSession<Base: DecodingSession>: DecodingSession {
  private let base: Base
  private let vocabularyCount: Int
  private let ledger: CoalescingLedger
  /// What each name stands for.
  private var meanings: [SequenceID: SequenceID] = [:]
  /// How many names stand for a sequence.
  private var nameCounts: [SequenceID: Int] = [:]
  private var nextID = 0
  /// The rows of a step that are wanted more than once.
  private var shared: [Float] = []

  init(_ base: sending Base, vocabularyCount: Int, ledger: CoalescingLedger) {
    self.base = base
    self.vocabularyCount = vocabularyCount
    self.ledger = ledger
  }

  /// Opens an empty sequence.
  public func open(adapter: AdapterMix) throws(ModelError) -> SequenceID {
    name(try base.open(adapter: adapter))
  }

  /// Gives the sequence another name.
  ///
  /// - Complexity: O(1).
  public func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
    name(try meaning(of: parent))
  }

  /// Shortens a sequence.
  public func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
    var meaning = try meaning(of: sequence)
    let present = try base.length(of: meaning)
    guard length >= 0, length <= present else {
      throw .rollbackOutOfRange(sequence, to: length, length: present)
    }
    guard length < present else { return }
    if nameCounts[meaning, default: 1] > 1 {
      meaning = try base.fork(meaning)
      move(sequence, to: meaning)
    }
    try base.rollback(meaning, to: length)
  }

  /// Closes a sequence; what it stands for when it was the last of its names.
  public func close(_ sequence: SequenceID) {
    guard let meaning = meanings.removeValue(forKey: sequence) else { return }
    drop(meaning)
  }

  /// The number of tokens that the sequence holds.
  public func length(of sequence: SequenceID) throws(ModelError) -> Int {
    try base.length(of: try meaning(of: sequence))
  }

  /// Feeds each input's tokens to its sequence. Names of one sequence that are fed the same stay one; the others part.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>
  ) throws(ModelError) {
    let plan = try plan(inputs)
    let rowCount = plan.wanted.reduce(0) { $0 + $1.count }
    guard rows.count == rowCount * vocabularyCount else {
      throw .wrongOutputCount(expected: rowCount * vocabularyCount, actual: rows.count)
    }
    do throws(ModelError) {
      if plan.inputs.count == inputs.count {
        try base.step(plan.inputs.span, into: &rows)
      } else {
        let count = plan.inputs.reduce(0) { $0 + $1.rowCount }
        shared.resize(to: count * vocabularyCount)
        var output = shared.mutableSpan
        try base.step(plan.inputs.span, into: &output)
        hand(plan.wanted, to: &rows)
      }
    } catch {
      throw renamed(error, plan)
    }
    var asked = 0
    for index in inputs.indices { asked += inputs[index].tokens.count }
    ledger.note(asked: asked, computed: plan.inputs.reduce(0) { $0 + $1.tokens.count })
  }

  // MARK: - Steps

  /// What the session underneath is fed, and which of its rows each input wants.
  private struct Plan {
    var inputs: [StepInput] = []
    /// By input of the step.
    var wanted: [Range<Int>] = []
    /// By input of the session underneath: the first name that it stands for.
    var names: [SequenceID] = []
  }

  /// What tells inputs apart.
  private struct Key: Hashable {
    var meaning: SequenceID
    var tokens: [TokenID]
    var logits: LogitsRequest
  }

  /// Makes names part that are fed different tokens. After an error they may have parted, and no length has changed.
  private func plan(_ inputs: Span<StepInput>) throws(ModelError) -> Plan {
    var plan = Plan()
    var places: [Key: Int] = [:]
    var ranges: [Range<Int>] = []
    var taken: Set<SequenceID> = []
    var seen: Set<SequenceID> = []
    var rowCount = 0
    let fedCounts = fedCounts(inputs)
    for index in inputs.indices {
      let input = inputs[index]
      guard seen.insert(input.sequence).inserted else { throw .duplicateSequence(input.sequence) }
      let meaning = try meaning(of: input.sequence)
      let key = Key(meaning: meaning, tokens: input.tokens, logits: input.logits)
      if let place = places[key] {
        move(input.sequence, to: plan.inputs[place].sequence)
        plan.wanted.append(ranges[place])
        continue
      }
      places[key] = plan.inputs.count
      var own = meaning
      // The first keeps the sequence, unless names that aren't fed now need it as it is.
      if !taken.insert(meaning).inserted
        || fedCounts[meaning, default: 0] < nameCounts[meaning, default: 0]
      {
        own = try base.fork(meaning)
        move(input.sequence, to: own)
      }
      plan.inputs.append(StepInput(own, input.tokens, logits: input.logits))
      plan.names.append(input.sequence)
      let range = rowCount..<rowCount + input.rowCount
      rowCount = range.upperBound
      ranges.append(range)
      plan.wanted.append(range)
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

  private func hand(_ wanted: [Range<Int>], to rows: inout MutableSpan<Float>) {
    shared.withUnsafeBufferPointer { source in
      rows.withUnsafeMutableBufferPointer { target in
        var place = 0
        for range in wanted {
          let elements = source[
            range.lowerBound * vocabularyCount..<range.upperBound * vocabularyCount]
          place = target[place...].update(fromContentsOf: elements)
        }
      }
    }
  }

  /// The error with the name that the user knows.
  private func renamed(_ error: ModelError, _ plan: Plan) -> ModelError {
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
    case .tokenOutOfRange, .wrongOutputCount, .unknownAdapter, .invalidOption, .outOfMemory: error
    }
  }

  // MARK: - Names

  private func name(_ meaning: SequenceID) -> SequenceID {
    let name = SequenceID(rawValue: nextID)
    nextID += 1
    meanings[name] = meaning
    nameCounts[meaning, default: 0] += 1
    return name
  }

  private func meaning(of name: SequenceID) throws(ModelError) -> SequenceID {
    guard let meaning = meanings[name] else { throw .unknownSequence(name) }
    return meaning
  }

  private func move(_ name: SequenceID, to meaning: SequenceID) {
    guard let old = meanings.updateValue(meaning, forKey: name), old != meaning else { return }
    nameCounts[meaning, default: 0] += 1
    drop(old)
  }

  /// Lets go of one name of a sequence.
  private func drop(_ meaning: SequenceID) {
    let count = nameCounts[meaning, default: 1] - 1
    nameCounts[meaning] = count > 0 ? count : nil
    if count <= 0 { base.close(meaning) }
  }
}
