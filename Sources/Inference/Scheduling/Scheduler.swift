public import Decoding
public import Generation
import LanguageModeling

/// Runs requests over one model: they join and leave at any step, the step is kept full, and memory stays within a
/// budget.
///
/// Requests are started in the order in which they are submitted, each as soon as there is room for it; the last ones,
/// once ``expectsRequests`` is `false`, longest first. What a request needs at most is known before it starts; one that
/// would need more than the whole budget fails with `DecodingFailure.insufficientMemory(_:limit:)`. What a request gives
/// depends on the request alone, bit for bit: neither on what runs beside it nor on the limits.
///
/// For any number of prompts in bounded memory, submit while ``wantsRequests``:
///
/// ```swift
/// let scheduler = try Scheduler(model)
/// while true {
///   while scheduler.wantsRequests, let prompt = prompts.next() {
///     scheduler.submit(try template.request(for: model.prepare(prompt).tokens, seed: 1))
///   }
///   guard let events = try scheduler.step() else { break }
///   for case .completed(let number, let result) in events { print(number, result.text) }
/// }
/// ```
///
/// One owner, not `Sendable`. `EventStream` runs it on a thread of its own.
public final class Scheduler: EventSource {
  let batch: GenerationBatch
  let memory: SessionMemory
  private let draftMemory: SessionMemory?
  private let contextLength: Int
  /// Sequences of a step, at most.
  private let sequenceLimit: Int
  /// Bytes for requests, at most.
  private let byteLimit: Int

  /// Sequences of requests that wait, from which on ``wantsRequests`` is `false`.
  private let waitingLimit: Int

  /// Groups that wait, in the order in which they start.
  private var waiting: [ArraySlice<Entry>] = []
  private var waitingSequenceCount = 0
  /// What the requests on their way need, by their numbers.
  private var running: [Int: RequestNeeds] = [:]
  private var runningSequenceCount = 0
  private var runningBytes = 0
  /// Bytes that the decoder keeps of requests that are over, oldest first.
  private var keptBytes: [Int] = []
  private var submittedCount = 0
  /// Events of what happened between steps.
  private var pending: [GenerationEvent] = []

  private struct Entry {
    var number: Int
    var request: GenerationRequest
    var needs: RequestNeeds

    /// How long it runs at most: what there is to write, then what there is to read.
    var length: (new: Int, all: Int) { (needs.newTokenCount, needs.tokenCount) }
  }

  /// A scheduler over a session of its own.
  ///
  /// - Throws: `DecodingFailure.model(_:)` where the model refuses the generator's options.
  public init(
    _ generator: TextGenerator, limits: SchedulerLimits = SchedulerLimits()
  ) throws(DecodingFailure) {
    memory = generator.model.memory(generator.options)
    draftMemory = generator.draftModel?.memory(SessionOptions())
    contextLength = generator.model.contextLength(under: generator.options)
    sequenceLimit = max(1, limits.sequenceCount)
    waitingLimit = max(1, limits.waitingSequenceCount)
    let budget = limits.memoryBytes ?? SchedulerLimits.defaultMemoryBytes
    byteLimit = max(0, budget - memory.baseBytes - (draftMemory?.baseBytes ?? 0))
    batch = try generator.batch([])
  }

  /// A scheduler over a session of its own.
  ///
  /// - Throws: ``InferenceError/decoding(_:)`` where the model refuses its options.
  public convenience init(
    _ model: Model, limits: SchedulerLimits = SchedulerLimits()
  ) throws(InferenceError) {
    let generator = try model.draftingGenerator()
    do throws(DecodingFailure) { try self.init(generator, limits: limits) } catch {
      throw .decoding(error)
    }
  }

  // MARK: - Joining

  /// Whether so little waits that it is time to prepare the next request (``SchedulerLimits/waitingSequenceCount``).
  public var wantsRequests: Bool { waitingSequenceCount < waitingLimit }

  /// Whether more requests may come. Set it to `false` with the last one: what waits then starts longest first, so that
  /// no long text is left to run alone at the end. It changes no result.
  public var expectsRequests = true {
    didSet { if expectsRequests != oldValue { orderWaiting() } }
  }

  /// The requests that have been started and aren't over.
  public var runningCount: Int { running.count }

  /// Adds a request. It starts as soon as there is room for it and everything that was submitted before has started.
  ///
  /// - Returns: its number, counted from 0, by which events call it. A request that makes no sense fails by itself.
  @discardableResult
  public func submit(_ request: GenerationRequest) -> Int {
    submit([request]).lowerBound
  }

  /// Adds requests that start together, as far as the limits allow: those that begin alike then share the most. A group
  /// that is too large for the limits starts in parts.
  ///
  /// - Returns: their numbers.
  @discardableResult
  public func submit(_ group: [GenerationRequest]) -> Range<Int> {
    let numbers = submittedCount..<submittedCount + group.count
    submittedCount = numbers.upperBound
    var entries: [Entry] = []
    for (number, request) in zip(numbers, group) {
      let needs = needs(of: request)
      if needs.bytes <= byteLimit {
        entries.append(Entry(number: number, request: request, needs: needs))
      } else {
        pending.append(
          .failed(request: number, .insufficientMemory(needs, limit: byteLimit)))
      }
    }
    if !entries.isEmpty {
      waiting.append(entries[...])
      waitingSequenceCount += sequenceCount(of: entries)
      orderWaiting()
    }
    admit()
    return numbers
  }

  /// Puts the groups with the longest requests first, those as long as each other in their order, where no more come.
  private func orderWaiting() {
    guard !expectsRequests else { return }
    func length(_ group: ArraySlice<Entry>) -> (Int, Int) {
      group.map(\.length).max { $0 < $1 } ?? (0, 0)
    }
    let lengths = waiting.map(length)
    let order = waiting.indices.sorted { first, second in
      lengths[first] == lengths[second] ? first < second : lengths[first] > lengths[second]
    }
    waiting = order.map { waiting[$0] }
  }

  private func sequenceCount(of entries: some Sequence<Entry>) -> Int {
    entries.reduce(0) { $0 + $1.needs.sequenceCount }
  }

  private func needs(of request: GenerationRequest) -> RequestNeeds {
    var needs = request.decoding.needs(of: memory, contextLength: contextLength)
    if let draftMemory, request.draftLimit > 0 {
      let (bytes, isBeyond) = needs.bytes.addingReportingOverflow(
        request.decoding.needs(of: draftMemory, contextLength: contextLength).bytes)
      needs.bytes = isBeyond ? .max : bytes
    }
    return needs
  }

  /// Starts what there is room for.
  private func admit() {
    while let group = waiting.first {
      let part = largestPart(of: group)
      guard hasRoom(for: part) else { return }
      for entry in part { start(entry) }
      waitingSequenceCount -= sequenceCount(of: part)
      let rest = group.dropFirst(part.count)
      if rest.isEmpty { waiting.removeFirst() } else { waiting[0] = rest }
    }
  }

  /// As much of a group as the limits hold when nothing else runs.
  private func largestPart(of group: ArraySlice<Entry>) -> ArraySlice<Entry> {
    var (sequences, bytes) = (0, 0)
    let part = group.prefix { entry in
      guard entry.needs.sequenceCount <= sequenceLimit - sequences,
        entry.needs.bytes <= byteLimit - bytes
      else { return false }
      sequences += entry.needs.sequenceCount
      bytes += entry.needs.bytes
      return true
    }
    return part.isEmpty ? group.prefix(1) : part
  }

  private func hasRoom(for part: ArraySlice<Entry>) -> Bool {
    guard !running.isEmpty else { return true }
    var sequences = sequenceLimit - runningSequenceCount
    var bytes = byteLimit - runningBytes - keptBytes.reduce(0, +)
    for entry in part {
      guard entry.needs.sequenceCount <= sequences, entry.needs.bytes <= bytes else { return false }
      sequences -= entry.needs.sequenceCount
      bytes -= entry.needs.bytes
    }
    return true
  }

  private func start(_ entry: Entry) {
    do throws(DecodingFailure) {
      try batch.submit(entry.request, as: entry.number)
    } catch {
      pending.append(.failed(request: entry.number, error))
      return
    }
    running[entry.number] = entry.needs
    runningSequenceCount += entry.needs.sequenceCount
    runningBytes += entry.needs.bytes
  }

  // MARK: - Steps

  /// Starts what there is room for, takes one step of the model for all that runs, and returns what happened.
  ///
  /// - Returns: the events, those of one request in their order; `nil` when nothing runs and nothing waits.
  /// - Throws: `DecodingFailure` for an error that isn't one request's own; the scheduler can't go on then.
  public func step() throws(DecodingFailure) -> [GenerationEvent]? {
    admit()
    var events = pending
    pending = []
    if let more = try batch.step() {
      for event in more { note(event) }
      events += more
    } else if events.isEmpty, waiting.isEmpty {
      return nil
    }
    return events
  }

  private func note(_ event: GenerationEvent) {
    let number: Int
    switch event {
    case .completed(let request, _), .failed(let request, _): number = request
    case .promptRead, .canvas, .token, .text, .finished: return
    }
    guard let needs = running.removeValue(forKey: number) else { return }
    runningSequenceCount -= needs.sequenceCount
    runningBytes -= needs.bytes
    noteKept(bytes: keptTextCount == 0 ? needs.promptBytes : needs.bytes)
  }

  /// Counts what the decoder keeps.
  func noteKept(bytes: Int) {
    keptBytes.append(bytes)
    keptBytes.removeFirst(max(0, keptBytes.count - max(1, keptTextCount)))
  }

  /// Ends everything, also what waits: what was generated becomes the results.
  public func cancel() {
    for entry in waiting.joined() { start(entry) }
    waiting = []
    waitingSequenceCount = 0
    batch.cancel()
  }

  /// Ends one request, also one that waits: what it has generated becomes its result. Nothing happens to one that is
  /// over.
  public func cancel(request number: Int) {
    for (place, group) in waiting.enumerated() {
      guard let index = group.firstIndex(where: { $0.number == number }) else { continue }
      start(group[index])
      waitingSequenceCount -= group[index].needs.sequenceCount
      let rest = group[..<index] + group[(index + 1)...]
      if rest.isEmpty { waiting.remove(at: place) } else { waiting[place] = rest[...] }
      break
    }
    batch.cancel(request: number)
  }
}
