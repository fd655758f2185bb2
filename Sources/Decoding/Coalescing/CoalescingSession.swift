public import LanguageModeling

/// The session of a ``CoalescingModel``. Its sequences are names; those of equal tokens stand for one sequence of the
/// session underneath.
public final class CoalescingSession<Base: DecodingSession>: DecodingSession {
  let base: Base
  private let vocabularyCount: Int
  private let ledger: CoalescingLedger
  /// What each name stands for.
  private(set) var meanings: [SequenceID: SequenceID] = [:]
  /// How many names stand for a sequence.
  private(set) var nameCounts: [SequenceID: Int] = [:]
  private var nextID = 0
  /// What a step computed, where some of it is wanted more than once.
  private var sharedRows: [Float] = []
  private var sharedStates: [Float] = []

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
    let plan = try plan(inputs) { _ in .none }
    try check(rows.count, for: plan.rows, width: vocabularyCount)
    do throws(ModelError) {
      if plan.inputs.count == inputs.count {
        try base.step(plan.inputs.span, into: &rows)
      } else {
        sharedRows.resize(to: plan.computedRowCount * vocabularyCount)
        try base.step(plan.inputs, into: &sharedRows)
        Self.hand(sharedRows, plan.rows, width: vocabularyCount, to: &rows)
      }
    } catch {
      throw renamed(error, plan)
    }
    note(inputs, plan)
  }

  private func note(_ inputs: Span<StepInput>, _ plan: CoalescingPlan) {
    var asked = 0
    for index in inputs.indices { asked += inputs[index].tokens.count }
    ledger.note(asked: asked, computed: plan.inputs.reduce(0) { $0 + $1.tokens.count })
  }

  // MARK: - Names

  private func name(_ meaning: SequenceID) -> SequenceID {
    let name = SequenceID(rawValue: nextID)
    nextID += 1
    meanings[name] = meaning
    nameCounts[meaning, default: 0] += 1
    return name
  }

  func meaning(of name: SequenceID) throws(ModelError) -> SequenceID {
    guard let meaning = meanings[name] else { throw .unknownSequence(name) }
    return meaning
  }

  func move(_ name: SequenceID, to meaning: SequenceID) {
    guard let old = meanings.updateValue(meaning, forKey: name), old != meaning else { return }
    nameCounts[meaning, default: 0] += 1
    drop(old)
  }

  /// Removes one name of a sequence.
  private func drop(_ meaning: SequenceID) {
    let count = nameCounts[meaning, default: 1] - 1
    nameCounts[meaning] = count > 0 ? count : nil
    if count <= 0 { base.close(meaning) }
  }
}

extension CoalescingSession: HiddenStateSession where Base: HiddenStateSession {
  /// The number of elements of a hidden state.
  public var hiddenSize: Int { base.hiddenSize }

  /// Feeds each input's tokens to its sequence, as ``step(_:into:)`` does, with hidden states.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: Span<LogitsRequest>, into hiddenStates: inout MutableSpan<Float>
  ) throws(ModelError) {
    guard states.count == inputs.count else {
      throw .wrongOutputCount(expected: inputs.count, actual: states.count)
    }
    let plan = try plan(inputs) { states[$0] }
    try check(rows.count, for: plan.rows, width: vocabularyCount)
    try check(hiddenStates.count, for: plan.states, width: hiddenSize)
    do throws(ModelError) {
      if plan.inputs.count == inputs.count {
        try base.step(
          plan.inputs.span, into: &rows, states: plan.stateRequests.span, into: &hiddenStates)
      } else {
        sharedRows.resize(to: plan.computedRowCount * vocabularyCount)
        sharedStates.resize(to: plan.computedStateCount * hiddenSize)
        var rowOutput = sharedRows.mutableSpan
        var stateOutput = sharedStates.mutableSpan
        try base.step(
          plan.inputs.span, into: &rowOutput, states: plan.stateRequests.span, into: &stateOutput)
        Self.hand(sharedRows, plan.rows, width: vocabularyCount, to: &rows)
        Self.hand(sharedStates, plan.states, width: hiddenSize, to: &hiddenStates)
      }
    } catch {
      throw renamed(error, plan)
    }
    note(inputs, plan)
  }
}
