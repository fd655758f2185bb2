public import LanguageModeling

/// Tokens whose probabilities are asked for, and those that only stand before them.
public struct ScoringRequest: Hashable, Sendable {
  /// All tokens, in order.
  public var tokens: [TokenID]
  /// The first that is scored, 1 or above: nothing stands before the first token that could say how probable it is.
  public var start: Int
  /// The adapters that the model runs with.
  public var adapter: AdapterMix

  /// Asks for the probabilities of `tokens[start...]`.
  public init(_ tokens: [TokenID], from start: Int = 1, adapter: AdapterMix = .none) {
    self.tokens = tokens
    self.start = start
    self.adapter = adapter
  }
}

/// Finds out how probable a model finds the tokens of any number of texts, several in one step of the model.
///
/// What texts begin with is read once where they follow each other: continuations of one context, or examples that all
/// stand after the same ones. A score depends on its own tokens alone, bit for bit.
///
/// One owner, not `Sendable`.
public final class BatchScorer {
  private let session: any DecodingSession
  private let vocabularyCount: Int
  private let contextLength: Int
  private var scratch: Candidates
  private var rows: [Float] = []

  private var waiting: [Entry] = []
  /// Where ``waiting`` begins; what stands before it is over.
  private var first = 0
  private var running: [Entry] = []
  /// What was read last, for texts that begin alike; oldest first.
  private var sources: [PromptSource] = []
  private var submittedCount = 0

  private struct Entry {
    let number: Int
    let request: ScoringRequest
    var sequence: SequenceID?
    /// The tokens that were fed.
    var fedCount = 0
    var result: [ScoredToken] = []

    /// The tokens that are fed at all: what comes after the last isn't asked for.
    var fed: ArraySlice<TokenID> { request.tokens.dropLast() }
    /// The tokens after which no probabilities are asked for.
    var context: ArraySlice<TokenID> { request.tokens.prefix(request.start - 1) }
  }

  /// The most tokens of a step, and the most sequences.
  private static let tokensPerStep = 512
  private static let maximumSequenceCount = 64
  /// The most logits of a step: 64 MiB of them, one row at least.
  private static let logitsPerStep = 1 << 24
  /// The texts that stay for those that begin alike.
  private static let maximumSourceCount = 3

  /// A scorer with a session of its own.
  ///
  /// - Throws: ``DecodingFailure/model(_:)`` where the model refuses the options.
  public init(
    model: some LanguageModel, options: SessionOptions = SessionOptions()
  ) throws(DecodingFailure) {
    do { session = try model.makeSession(options) } catch { throw .model(error) }
    vocabularyCount = model.vocabularyCount
    contextLength = model.contextLength(under: options)
    scratch = Candidates(vocabularyCount: model.vocabularyCount)
  }

  /// How many requests aren't over.
  public var unfinishedCount: Int { running.count + waiting.count - first }

  /// Adds a request.
  ///
  /// - Returns: its number, counted from 0.
  /// - Throws: ``DecodingFailure`` for no tokens, more than the context holds and one, ids that the model doesn't have, and
  ///   a start outside the tokens; nothing has changed then.
  @discardableResult
  public func submit(_ request: ScoringRequest) throws(DecodingFailure) -> Int {
    guard !request.tokens.isEmpty else { throw .emptyPrompt }
    guard request.tokens.count - 1 <= contextLength else {
      throw .promptTooLong(length: request.tokens.count - 1, limit: contextLength)
    }
    for token in request.tokens where token < 0 || token >= vocabularyCount {
      throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
    }
    guard (1...request.tokens.count).contains(request.start) else {
      throw .invalidParameter(
        "start", reason: "is \(request.start); it must be from 1 to \(request.tokens.count)")
    }
    waiting.append(Entry(number: submittedCount, request: request))
    submittedCount += 1
    return submittedCount - 1
  }

  /// Takes a step of the model, and tells what is complete, in the order of the requests.
  ///
  /// - Returns: the scored tokens by the numbers of their requests; `nil` where nothing is left to do.
  /// - Throws: ``DecodingFailure/model(_:)``; the scorer can't go on then.
  public func step() throws(DecodingFailure) -> [(number: Int, tokens: [ScoredToken])]? {
    do throws(ModelError) {
      guard unfinishedCount > 0 else {
        for source in sources { session.close(source.sequence) }
        sources = []
        return nil
      }
      let inputs = try gather()
      if !inputs.isEmpty {
        rows.resize(to: inputs.reduce(0) { $0 + $1.input.rowCount } * vocabularyCount)
        try session.step(inputs.map(\.input), into: &rows)
      }
      var row = 0
      for (index, input) in inputs {
        if input.logits == .all { try take(input, of: index, row: row) }
        running[index].fedCount += input.tokens.count
        row += input.rowCount
      }
      return finish()
    } catch {
      throw .model(error)
    }
  }

  // MARK: - What a step reads

  private func gather() throws(ModelError) -> [(index: Int, input: StepInput)] {
    var inputs: [(index: Int, input: StepInput)] = []
    var tokenBudget = Self.tokensPerStep
    var rowBudget = max(1, Self.logitsPerStep / max(1, vocabularyCount))
    var index = 0
    while tokenBudget > 0, rowBudget > 0 {
      if index == running.count, try !start() { break }
      let entry = running[index]
      if let sequence = entry.sequence, entry.fedCount < entry.fed.count {
        let isContext = entry.fedCount < entry.context.count
        let part = isContext ? entry.context : entry.fed
        let tokens = part.dropFirst(entry.fedCount)
          .prefix(isContext ? tokenBudget : min(tokenBudget, rowBudget))
        tokenBudget -= tokens.count
        if !isContext { rowBudget -= tokens.count }
        inputs.append(
          (index, StepInput(sequence, Array(tokens), logits: isContext ? .none : .all)))
      }
      index += 1
    }
    return inputs
  }

  /// Starts the next request, unless it is better off after one that is being read.
  private func start() throws(ModelError) -> Bool {
    guard running.count < Self.maximumSequenceCount, first < waiting.count else { return false }
    var entry = waiting[first]
    let request = entry.request
    func common(_ tokens: some Sequence<TokenID>) -> Int {
      zip(tokens, entry.context).prefix { $0 == $1 }.count
    }
    var best: (source: PromptSource, length: Int)?
    for source in sources where source.adapter == request.adapter {
      let length = common(source.tokens)
      if length > best?.length ?? 0 { best = (source, length) }
    }
    let worthwhile = (best?.length ?? 0) + PromptPlan.worthwhileSaving
    for other in running where other.request.adapter == request.adapter {
      if common(other.fed) >= worthwhile { return false }
    }
    if let best, best.length >= PromptPlan.worthwhileSaving {
      let sequence = try session.fork(best.source.sequence)
      try session.rollback(sequence, to: best.length)
      entry.sequence = sequence
      entry.fedCount = best.length
    } else {
      entry.sequence = try session.open(adapter: request.adapter)
    }
    running.append(entry)
    first += 1
    if first > 1024 {
      waiting.removeFirst(first)
      first = 0
    }
    return true
  }

  // MARK: - What came of it

  /// Takes the probabilities of the tokens after those of `input`, whose rows begin at `row`.
  private func take(_ input: StepInput, of index: Int, row: Int) throws(ModelError) {
    let request = running[index].request
    for offset in input.tokens.indices {
      let start = (row + offset) * vocabularyCount
      scratch.load(rows.span.extracting(start..<start + vocabularyCount))
      guard let summary = scratch.summary(entropy: false) else {
        throw .notFinite(input.sequence, position: running[index].fedCount + offset)
      }
      let token = request.tokens[running[index].fedCount + offset + 1]
      let logProbability = Double(scratch.logit(at: Int(token))) - summary.logNormalizer
      scratch.keepGreatest(1, ties: .cut)
      running[index].result.append(
        ScoredToken(
          token: token, logProbability: logProbability,
          isGreedy: scratch.index(of: token) != nil))
    }
  }

  private func finish() -> [(number: Int, tokens: [ScoredToken])] {
    var finished: [(number: Int, tokens: [ScoredToken])] = []
    running.removeAll { entry in
      guard entry.fedCount == entry.fed.count else { return false }
      finished.append((entry.number, entry.result))
      guard let sequence = entry.sequence else { return true }
      if entry.fed.count < PromptPlan.worthwhileSaving {
        session.close(sequence)
      } else {
        sources.append(
          PromptSource(
            tokens: Array(entry.fed), adapter: entry.request.adapter, sequence: sequence))
      }
      return true
    }
    while sources.count > Self.maximumSourceCount {
      session.close(sources.removeFirst().sequence)
    }
    return finished
  }

  /// Takes in the keys and values of `tokens`, for texts that begin like them: `BatchDecoder.keep(_:adapter:blocks:)`.
  public func keep(
    _ tokens: [TokenID], adapter: AdapterMix,
    blocks fill: @Sendable (Int, inout MutableRawSpan) -> Bool
  ) throws(DecodingFailure) -> Bool {
    guard let session = session as? any SnapshotSession else { return false }
    do {
      guard
        let sequence = try session.open(adapter: adapter, length: tokens.count, blocks: fill)
      else { return false }
      sources.append(PromptSource(tokens: tokens, adapter: adapter, sequence: sequence))
      return true
    } catch {
      throw .model(error)
    }
  }

  deinit {
    for source in sources { session.close(source.sequence) }
    for entry in running {
      if let sequence = entry.sequence { session.close(sequence) }
    }
  }
}
