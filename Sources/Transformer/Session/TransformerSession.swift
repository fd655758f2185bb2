import Kernels
public import LanguageModeling

/// Keys and values of a transformer's open sequences, and the memory and threads to compute with. One owner.
///
/// Keeps the protocol's promise: a row of logits is the same bits whatever the split into steps, the neighbours in the
/// batch, and the number of threads.
public final class TransformerSession: DecodingSession {
  /// The number of elements of a hidden state.
  public let hiddenSize: Int
  private let model: TransformerModel
  private let vocabularyCount: Int
  let contextLength: Int
  let pool: ComputePool
  let layout: KeyValueLayout
  private var forward: ForwardPass
  var tree: SequenceTree
  private var mixes = MixTable()
  private var plan = StepPlan()
  /// For each input of a step, the addresses of its sequence's blocks: `[contextLength / block positions]` each.
  private var tables: [AlignedBuffer<UnsafeMutableRawPointer?>] = []

  init(model: TransformerModel, options: SessionOptions) throws(ModelError) {
    let configuration = model.configuration
    hiddenSize = configuration.hiddenSize
    self.model = model
    vocabularyCount = configuration.vocabularyCount
    contextLength = options.contextLength ?? configuration.contextLength
    guard (1...configuration.maximumContextLength).contains(contextLength) else {
      throw .invalidOption(
        "a context of \(contextLength) tokens: this model's is 1 to \(configuration.maximumContextLength)"
      )
    }
    layout = KeyValueLayout(configuration, options.cacheType)
    if let threads = options.threads, !(1...1024).contains(threads) {
      throw .invalidOption("\(threads) threads: ask for 1 to 1024")
    }
    do {
      pool = try ComputePool(
        instructionSet: try InstructionSet.preferred(), threadCount: options.threads,
        maximumColumns: max(configuration.widestMatrix, model.largestRank))
      forward = try ForwardPass(
        model: model, pool: pool, layout: layout, contextLength: contextLength)
    } catch {
      throw ModelError(error)
    }
    tree = SequenceTree(layout: layout)
  }

  /// The number of threads in use.
  public var threadCount: Int { pool.threadCount }

  /// Whether a layer looks at the nearest positions alone.
  var hasWindow: Bool { model.configuration.slidingWindow != nil }

  /// Blocks of `Attention.blockPositions` positions that any open sequence holds.
  package var heldBlockCount: Int { tree.heldBlockCount }

  /// Opens an empty sequence that runs with a mix of the model's adapters (``TransformerModel/adding(_:named:)``).
  ///
  /// Adapters are applied one after the other, as PEFT does with several active ones: updates add up, each times its
  /// weight; DoRA rescales what those before it left.
  ///
  /// - Throws: `ModelError.unknownAdapter`; `ModelError.invalidOption` where two adapters of the mix replace the same
  ///   module, or one updates what another replaces, or a weight is no number.
  public func open(adapter: AdapterMix) throws(ModelError) -> SequenceID {
    tree.open(mix: try mixes.retain(adapter, of: model))
  }

  /// Opens a sequence that shares the parent's blocks. Complexity: O(length / 32).
  public func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
    let child = try tree.fork(parent)
    mixes.retain(try tree.mix(of: child))
    return child
  }

  /// Frees the blocks past `length`.
  public func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
    try tree.rollback(sequence, to: length)
  }

  /// Frees all of the sequence's blocks.
  public func close(_ sequence: SequenceID) {
    if let mix = tree.close(sequence) { mixes.release(mix) }
  }

  /// The number of tokens that the sequence holds.
  public func length(of sequence: SequenceID) throws(ModelError) -> Int {
    try tree.length(of: sequence)
  }

  /// Feeds all inputs in one pass through the layers, 256 rows at a time.
  ///
  /// - Complexity: each token's products, and attention over its sequence so far.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>
  ) throws(ModelError) {
    var hiddenStates = MutableSpan<Float>()
    try advance(inputs, into: &rows, states: Span(), into: &hiddenStates)
  }

  /// A step, with hidden states where `states` has a request for each input, and without where it is empty.
  func advance(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: Span<LogitsRequest>, into hiddenStates: inout MutableSpan<Float>
  ) throws(ModelError) {
    try makePlan(inputs, states: states, outputCount: rows.count, stateCount: hiddenStates.count)
    do {
      try reserve(inputs)
      try run(inputs, into: &rows, states: &hiddenStates)
    } catch {
      withdraw(inputs)
      throw error
    }
    for index in inputs.indices {
      tree.advance(inputs[index].sequence, by: inputs[index].tokens.count)
    }
  }

  /// A step whose inputs' tokens see each other, and which leaves the sequences as they are.
  func look(at inputs: Span<StepInput>, into rows: inout MutableSpan<Float>) throws(ModelError) {
    var hiddenStates = MutableSpan<Float>()
    try makePlan(inputs, states: Span(), outputCount: rows.count, stateCount: 0, areCanvases: true)
    defer { withdraw(inputs) }
    try reserve(inputs)
    try run(inputs, into: &rows, states: &hiddenStates)
  }

  /// Gives back what was reserved for the inputs' tokens.
  private func withdraw(_ inputs: Span<StepInput>) {
    for index in inputs.indices {
      let sequence = inputs[index].sequence
      if let length = try? tree.length(of: sequence) { try? tree.rollback(sequence, to: length) }
    }
  }

  /// Checks every input before anything changes, and lays its tokens out as rows.
  private func makePlan(
    _ inputs: Span<StepInput>, states: Span<LogitsRequest>, outputCount: Int, stateCount: Int,
    areCanvases: Bool = false
  ) throws(ModelError) {
    plan.removeAll()
    var seen: Set<SequenceID> = []
    for index in inputs.indices {
      let input = inputs[index]
      let length = try tree.length(of: input.sequence)
      guard seen.insert(input.sequence).inserted else { throw .duplicateSequence(input.sequence) }
      guard !input.tokens.isEmpty else { throw .emptyInput(input.sequence) }
      guard input.tokens.count <= contextLength - length else {
        throw .contextFull(
          input.sequence, length: length + input.tokens.count, limit: contextLength)
      }
      for token in input.tokens where !(0..<vocabularyCount).contains(Int(token)) {
        throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
      }
      plan.append(
        input, index: index, length: length, mix: try tree.mix(of: input.sequence),
        states: states.isEmpty ? .none : states[index], isCanvas: areCanvases)
    }
    let expected = plan.outputRowCount * vocabularyCount
    guard outputCount == expected else {
      throw .wrongOutputCount(expected: expected, actual: outputCount)
    }
    let expectedStates = plan.stateRowCount * hiddenSize
    guard stateCount == expectedStates else {
      throw .wrongOutputCount(expected: expectedStates, actual: stateCount)
    }
  }

  /// Blocks for every input's tokens, and the addresses of all its blocks.
  private func reserve(_ inputs: Span<StepInput>) throws(ModelError) {
    while tables.count < inputs.count {
      let size = KeyValueLayout.blockPositions
      let count = (contextLength + size - 1) / size
      do {
        tables.append(try AlignedBuffer(count: count))
      } catch {
        throw ModelError(error)
      }
    }
    for index in inputs.indices {
      try tree.reserve(inputs[index].sequence, count: inputs[index].tokens.count)
      try tree.writePointers(of: inputs[index].sequence, into: tables[index].pointer)
    }
  }

  private func run(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: inout MutableSpan<Float>
  ) throws(ModelError) {
    do {
      try rows.withUnsafeMutableBufferPointer { output throws(KernelError) in
        try states.withUnsafeMutableBufferPointer { states throws(KernelError) in
          var first = 0
          while first < plan.rows.count {
            let pass = plan.pass(from: first, limit: Activations.maximumRowCount)
            try forward.run(
              pass, mixes: mixes,
              blockTable: { UnsafePointer(tables[$0].pointer) },
              output: output.baseAddress, states: states.baseAddress)
            first = pass.endIndex
          }
        }
      }
    } catch {
      throw ModelError(error)
    }
    for row in plan.rows {
      guard
        isFinite(row.outputRow, width: vocabularyCount, of: &rows),
        isFinite(row.stateRow, width: hiddenSize, of: &states)
      else {
        let sequence = inputs[row.input].sequence
        throw layout.overflows(tables[row.input].pointer, positions: row.position + 1)
          ? .cacheOverflow(sequence, position: row.position)
          : .notFinite(sequence, position: row.position)
      }
    }
  }

  /// Whether a row holds finite numbers alone; no row does.
  private func isFinite(_ row: Int?, width: Int, of output: inout MutableSpan<Float>) -> Bool {
    guard let row else { return true }
    return output.withUnsafeMutableBufferPointer { output in
      guard let base = output.baseAddress else { return true }
      return pool.allFinite(base + row * width, count: width)
    }
  }
}

extension ModelError {
  /// What a failure of the kernels means to whoever runs the model.
  init(_ error: KernelError) {
    switch error {
    case .outOfMemory(let bytes): self = .outOfMemory(bytes: bytes)
    case .unsupportedInstructionSet, .cannotStartThreads: self = .invalidOption(error.description)
    }
  }
}
