import Decoding
import Generation
import LanguageModeling

/// Owns the scheduler of an ``Engine``, on a thread of its own.
actor EngineWorker {
  private let generator: TextGenerator
  private let limits: SchedulerLimits
  private let inbox: EngineInbox
  private let executor = ThreadExecutor(name: "decode")
  private var scheduler: Scheduler
  /// Where requests that are under way belong, by the scheduler's numbers.
  private var places: [Int: (group: Int, index: Int)] = [:]
  private var groups: [Int: Group] = [:]

  /// Requests that came together.
  private struct Group {
    var events: EngineInbox.Events
    /// The scheduler's numbers of those that aren't over.
    var numbers: Set<Int>
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  init(_ model: Model, limits: SchedulerLimits, inbox: EngineInbox) throws(InferenceError) {
    generator = try model.draftingGenerator()
    self.limits = limits
    self.inbox = inbox
    scheduler = try Scheduler(model, limits: limits)
  }

  /// Works until nothing is under way and nothing waits.
  func run() {
    while true {
      for message in inbox.take() { handle(message) }
      var events: [GenerationEvent]?
      do throws(DecodingFailure) { events = try scheduler.step() } catch { startAnew(after: error) }
      if let events {
        for event in events { deliver(event) }
      } else if groups.isEmpty, inbox.rest() {
        return
      }
    }
  }

  private func handle(_ message: EngineInbox.Message) {
    switch message {
    case .submit(let requests, let group, let events):
      let numbers = scheduler.submit(requests)
      groups[group] = Group(events: events, numbers: Set(numbers))
      for (index, number) in numbers.enumerated() { places[number] = (group, index) }
    case .cancel(let group):
      guard let numbers = groups.removeValue(forKey: group)?.numbers else { return }
      for number in numbers {
        places[number] = nil
        scheduler.cancel(request: number)
      }
      inbox.count {
        $0.unfinished -= numbers.count
        $0.cancelled += numbers.count
      }
    }
  }

  private func deliver(_ event: GenerationEvent) {
    guard let place = places[event.request] else { return }
    switch event {
    case .promptRead, .canvas, .text, .finished: break
    case .token: inbox.count { $0.generatedTokens += 1 }
    case .completed(_, let result):
      inbox.count {
        $0.unfinished -= 1
        $0.completed += 1
        $0.promptTokens += result.promptTokens.count
      }
    case .failed:
      inbox.count {
        $0.unfinished -= 1
        $0.failed += 1
      }
    }
    groups[place.group]?.events.yield(event.renumbered(place.index))
    guard event.isLast else { return }
    places[event.request] = nil
    groups[place.group]?.numbers.remove(event.request)
    if groups[place.group]?.numbers.isEmpty == true {
      groups.removeValue(forKey: place.group)?.events.finish()
    }
  }

  /// Fails all that is under way, and goes on with a scheduler that knows nothing of it.
  private func startAnew(after error: DecodingFailure) {
    for number in places.keys { deliver(.failed(request: number, error)) }
    // The options were good before; where they no longer are, the old one fails again, and so does each request.
    if let fresh = try? Scheduler(generator, limits: limits) { scheduler = fresh }
  }
}

extension GenerationEvent {
  /// The event of a request that goes by another number.
  fileprivate func renumbered(_ request: Int) -> GenerationEvent {
    switch self {
    case .promptRead: return .promptRead(request: request)
    case .canvas(_, let canvas): return .canvas(request: request, canvas)
    case .text(_, let sequence, let piece):
      return .text(request: request, sequence: sequence, piece: piece)
    case .finished(_, let sequence, let result):
      return .finished(request: request, sequence: sequence, result)
    case .completed(_, let result): return .completed(request: request, result)
    case .failed(_, let error): return .failed(request: request, error)
    case .token(var event):
      event.request = request
      return .token(event)
    }
  }
}
