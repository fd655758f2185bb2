public import LanguageModeling

/// Decodes a prompt at *every* temperature of an interval: what ``Sampling`` gives at each, with the same seed.
///
/// As long as all temperatures draw the same tokens they are one sequence; where they part, the sequence is forked, and
/// each side goes on for its temperatures alone. Sequences are advanced together, at most so many at a time as
/// ``PathLimits`` say; each has its branches that wait, deepest first, so that no more keys and values are held than of
/// that many sequences.
///
///     let decoder = try PathDecoder(model: model, request: request, temperatures: 0.2...1.4)
///     while try decoder.step() {}
///     for segment in decoder.segments { print(segment.temperatures, segment.hypothesis.tokens) }
///
/// One owner, not `Sendable`.
///
/// - Complexity: the tokens of all texts, each shared beginning once; for each of them a few draws.
public final class PathDecoder {
  private let session: any DecodingSession
  private let vocabularyCount: Int
  private let request: DecodingRequest
  private let temperatures: TemperatureRuns
  private let limits: PathLimits
  private var tree: SearchTree
  private var search: WinnerSearch
  /// The prompt, and the negative one where the request is guided.
  private var sides: [Side]
  private var lanes: [Lane] = []
  private var results: [(hypothesis: Hypothesis, temperatures: TemperatureRuns)] = []
  private var isRead = false
  /// Segments so far, those of texts on their way included.
  private var segmentCount: Int
  /// The logits of a step, `[rows, vocabularyCount]`; those of the negative side last.
  private var rows: [Float] = []
  private var scratch: Candidates
  /// The tokens that the model was fed, those of the prompt included.
  public private(set) var computedTokenCount = 0

  /// A prompt that is read once.
  private struct Side {
    var tokens: [TokenID]
    var sequence: SequenceID
    var fedCount = 0
    /// The logits after it.
    var row: [Float] = []
  }

  /// A text on its way, whose last token the model isn't fed yet, with its temperatures.
  private struct Branch {
    var leaf: SearchTree.Leaf
    var temperatures: TemperatureRuns
  }

  /// Sequences of the model, one for each side, and the branches that hang off them: all are beginnings of what the
  /// sequences hold, and one token more.
  private struct Lane {
    var sequences: [SequenceID]
    /// The deepest last.
    var branches: [Branch]
  }

  /// A decoder with a session of its own.
  ///
  /// - Parameters:
  ///   - request: its strategy must be ``Sampling``; the ``Temperature`` among its filters says where the temperature
  ///     stands, whatever its value.
  ///   - temperatures: normal numbers above 0.
  /// - Throws: ``DecodingFailure`` for a request that makes no sense or can't be followed, and where the model refuses the
  ///   options.
  public init(
    model: some LanguageModel, options: SessionOptions = SessionOptions(),
    request: DecodingRequest, temperatures: ClosedRange<Float>, limits: PathLimits = PathLimits()
  ) throws(DecodingFailure) {
    let contextLength = model.contextLength(under: options)
    try request.check(vocabularyCount: model.vocabularyCount, contextLength: contextLength)
    guard request.draftLimit == 0 else {
      throw .conflict("a path follows many texts at once and drafts none; leave drafting out")
    }
    guard temperatures.lowerBound.isNormal, temperatures.lowerBound > 0,
      temperatures.upperBound.isFinite
    else {
      throw .invalidParameter(
        "temperatures",
        reason: "are from \(temperatures.lowerBound) to \(temperatures.upperBound);"
          + " they must be finite numbers above 0")
    }
    let chain = try Self.chain(of: request.strategy)
    vocabularyCount = model.vocabularyCount
    self.request = request
    self.temperatures = TemperatureRuns(temperatures)
    self.limits = limits
    segmentCount = request.samples.count
    tree = SearchTree(request, contextLength: contextLength)
    scratch = Candidates(vocabularyCount: vocabularyCount)
    search = WinnerSearch(
      chain, vocabularyCount: vocabularyCount, noise: tree.noise(ofSlot: 0))
    do throws(ModelError) {
      session = try model.makeSession(options)
      sides = [Side(tokens: request.prompt, sequence: try session.open(adapter: request.adapter))]
      if let negative = request.effectiveGuidance?.negativePrompt {
        sides.append(
          Side(tokens: negative, sequence: try session.open(adapter: request.adapter)))
      }
    } catch {
      throw .model(error)
    }
    try checkSegmentCount()
    if tree.lengthLimit == 0 { conclude(reason: .length) }
  }

  /// Refuses a strategy that isn't ``Sampling``, and filters that can't be followed, by name.
  public static func checkStrategy(
    _ strategy: any DecodingStrategy
  ) throws(DecodingFailure) {
    _ = try chain(of: strategy)
  }

  private static func chain(
    of strategy: any DecodingStrategy
  ) throws(DecodingFailure) -> FollowedChain {
    guard let sampling = strategy as? Sampling else {
      throw .conflict(
        "a path over temperatures is one of sampling, and the strategy is “\(strategy)”;"
          + " choose sampling")
    }
    return try FollowedChain(sampling.filters)
  }

  deinit {
    for side in sides { session.close(side.sequence) }
    for lane in lanes { for sequence in lane.sequences { session.close(sequence) } }
  }

  // MARK: - Results

  /// The segments of all texts that are final, by sample and temperature. After the last step they hold every
  /// temperature of the interval once for each sample, and neighbours differ in their tokens.
  public var segments: [PathSegment] {
    var segments = results.flatMap { result in
      result.temperatures.runs.map { run in
        PathSegment(
          sample: result.hypothesis.sample,
          temperatures: Float(bitPattern: run.lowerBound)...Float(bitPattern: run.upperBound),
          hypothesis: result.hypothesis)
      }
    }.sorted {
      ($0.hypothesis.slot, $0.temperatures.lowerBound)
        < ($1.hypothesis.slot, $1.temperatures.lowerBound)
    }
    // The order in which texts came depends on how many ran at once, their order here does not.
    var numbers: [HypothesisID: Int] = [:]
    for index in segments.indices {
      let number = numbers[segments[index].hypothesis.id, default: numbers.count + 1]
      numbers[segments[index].hypothesis.id] = number
      segments[index].hypothesis.id = HypothesisID(rawValue: number)
    }
    return segments
  }

  /// The texts that are final.
  public var finishedCount: Int { results.count }

  /// The texts that are on their way.
  public var liveCount: Int { lanes.reduce(0) { $0 + $1.branches.count } }

  /// Ends everything: what was generated becomes the results.
  public func cancel() {
    conclude(reason: .cancelled)
  }

  private func conclude(reason: FinishReason) {
    if !isRead {
      isRead = true
      for slot in request.samples.indices {
        finish(.prompt, slot: slot, temperatures, reason: reason)
      }
    }
    for branch in lanes.flatMap(\.branches) {
      finish(
        branch.leaf.hypothesis, slot: branch.leaf.slot, branch.temperatures, reason: reason)
    }
    for lane in lanes { for sequence in lane.sequences { session.close(sequence) } }
    lanes = []
  }

  private func finish(
    _ hypothesis: HypothesisID, slot: Int, _ temperatures: TemperatureRuns, reason: FinishReason
  ) {
    let result = Hypothesis(
      id: hypothesis, slot: slot, sample: tree.sample(ofSlot: slot),
      tokens: tree.tokens(of: hypothesis), score: tree.logProbability(of: hypothesis),
      finishReason: reason, draw: nil, isComplete: tree.isComplete(hypothesis),
      expectation: tree.expectation(after: hypothesis))
    results.append((result, temperatures))
  }

  // MARK: - Steps

  /// Takes one step of the model.
  ///
  /// - Returns: whether there is more to do.
  /// - Throws: ``DecodingFailure`` where the model fails, no token is left, or the segments become too many; the decoder
  ///   can't go on then.
  public func step() throws(DecodingFailure) -> Bool {
    do throws(ModelError) {
      if !isRead {
        guard try readPrompts() else { return true }
      } else {
        try fill()
        guard !lanes.isEmpty else { return false }
      }
      if isRead { try feedBranches() }
    } catch {
      throw .model(error)
    }
    if isRead { try follow() } else { try begin() }
    return !lanes.isEmpty
  }

  /// Feeds the next piece of a prompt.
  ///
  /// - Returns: whether all are read.
  private func readPrompts() throws(ModelError) -> Bool {
    guard let index = sides.firstIndex(where: { $0.fedCount < $0.tokens.count }) else {
      return true
    }
    let side = sides[index]
    let chunk = side.tokens[side.fedCount...].prefix(BatchDecoder.promptTokensPerStep)
    sides[index].fedCount += chunk.count
    let isLast = sides[index].fedCount == side.tokens.count
    rows.resize(to: isLast ? vocabularyCount : 0)
    try session.step(
      [StepInput(side.sequence, Array(chunk), logits: isLast ? .last : .none)], into: &rows)
    computedTokenCount += chunk.count
    sides[index].row = rows
    return sides.allSatisfy { $0.fedCount == $0.tokens.count }
  }

  /// Lets the samples branch at the prompt.
  private func begin() throws(DecodingFailure) {
    rows = sides.flatMap(\.row)
    for index in sides.indices { sides[index].row = [] }
    isRead = true
    try see(rowCount: 1)
    var branches: [Branch] = []
    for slot in request.samples.indices {
      branches += try children(ofRow: 0, slot: slot, temperatures)
    }
    lanes = [
      Lane(
        sequences: try copies(of: sides.map(\.sequence)),
        branches: branches.sorted { $0.temperatures.count < $1.temperatures.count })
    ]
  }

  private func copies(of sequences: [SequenceID]) throws(DecodingFailure) -> [SequenceID] {
    do throws(ModelError) {
      return try sequences.map { (sequence) throws(ModelError) in try session.fork(sequence) }
    } catch {
      throw .model(error)
    }
  }

  /// Closes lanes without branches, and opens others for branches that wait.
  private func fill() throws(ModelError) {
    for lane in lanes where lane.branches.isEmpty {
      for sequence in lane.sequences { session.close(sequence) }
    }
    lanes.removeAll { $0.branches.isEmpty }
    while lanes.count * sides.count < limits.sequenceCount,
      let index = lanes.indices.max(by: { lanes[$0].branches.count < lanes[$1].branches.count }),
      lanes[index].branches.count > 1
    {
      let sequences = try lanes[index].sequences.map { (sequence) throws(ModelError) in
        try session.fork(sequence)
      }
      // The one that is least deep, which has the most before it.
      let branch = lanes[index].branches.removeFirst()
      lanes.append(Lane(sequences: sequences, branches: [branch]))
    }
  }

  /// Feeds the last token of each lane's deepest branch.
  private func feedBranches() throws(ModelError) {
    tree.keepAlive(lanes.compactMap(\.branches.last?.leaf))
    var inputs: [StepInput] = []
    for (place, side) in sides.enumerated() {
      for (row, lane) in lanes.enumerated() {
        let sequence = lane.sequences[place]
        let length = side.tokens.count + tree.length(of: tree.live[row].hypothesis) - 1
        if try session.length(of: sequence) > length {
          try session.rollback(sequence, to: length)
        }
        inputs.append(StepInput(sequence, [tree.lastToken(ofRow: row)]))
      }
    }
    rows.resize(to: inputs.count * vocabularyCount)
    try session.step(inputs, into: &rows)
    computedTokenCount += inputs.count
  }

  /// Lets the deepest branches part by the rows after them.
  private func follow() throws(DecodingFailure) {
    try see(rowCount: lanes.count)
    for row in lanes.indices {
      guard let branch = lanes[row].branches.popLast() else { continue }
      // What holds the most temperatures goes on first.
      lanes[row].branches += try children(
        ofRow: row, slot: branch.leaf.slot, branch.temperatures
      ).sorted { $0.temperatures.count < $1.temperatures.count }
    }
  }

  /// Shows the tree the rows of a step.
  private func see(rowCount: Int) throws(DecodingFailure) {
    let rows = rows
    let count = rowCount * vocabularyCount
    let logits = rows.span.extracting(0..<count)
    try tree.beginStep(logits: logits, scratch: &scratch)
    if sides.count > 1 {
      try tree.guide(
        logits, by: rows.span.extracting(count..<2 * count), scratch: &scratch)
    }
  }

  /// What a live hypothesis becomes at its temperatures: texts that end are results, the others are returned.
  private func children(
    ofRow row: Int, slot: Int, _ temperatures: TemperatureRuns
  ) throws(DecodingFailure) -> [Branch] {
    let rows = rows
    let logits = rows.span.extracting(0..<tree.live.count * vocabularyCount)
    let position = tree.length(of: tree.live[row].hypothesis)
    let winners = try search.winners(
      at: temperatures, noise: tree.noise(ofSlot: slot), position: position
    ) { (candidates) throws(DecodingFailure) in
      try tree.load(row, of: logits, into: &candidates)
    }
    guard let winners else {
      guard let reason = tree.reasonToEnd(row: row) else {
        throw .noCandidates(length: tree.promptLength + position)
      }
      finish(tree.live[row].hypothesis, slot: slot, temperatures, reason: reason)
      return []
    }
    segmentCount += winners.reduce(-temperatures.runs.count) { $0 + $1.temperatures.runs.count }
    try checkSegmentCount()
    var branches: [Branch] = []
    for winner in winners {
      let child = try tree.extend(row, by: winner.token, logits: logits)
      if let reason = child.finishReason {
        finish(child.hypothesis, slot: slot, winner.temperatures, reason: reason)
      } else {
        branches.append(
          Branch(
            leaf: SearchTree.Leaf(
              hypothesis: child.hypothesis, slot: slot, matcher: child.matcher,
              constraint: child.constraint, parentRow: row),
            temperatures: winner.temperatures))
      }
    }
    return branches
  }

  private func checkSegmentCount() throws(DecodingFailure) {
    guard segmentCount > limits.segmentCount else { return }
    throw .invalidParameter(
      PathLimits.name,
      reason: "is \(limits.segmentCount), and the path has more; raise it, or ask for fewer tokens,"
        + " fewer samples or a narrower interval")
  }
}
