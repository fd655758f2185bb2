import Decoding
import Generation
import JSON
import LanguageModeling
import Models
import Sweeps
import Tokenization

/// Makes the continuations of a sweep with `Generation`: what it is given together advances together, over prompts that
/// are read once.
struct GenerationExecutor: SampleExecutor {
  let interpreter: GenerationInterpreter
  let generator: TextGenerator
  /// What was made and what it took, over all calls.
  let usage: Usage
  let contextLength: Int
  private let defaults: [JSONMember]
  private let report: TokenReport
  private let reportsSupport: Bool
  /// By the trial's id, for the prompts of the present call.
  private var supports: [SampleGroup: [Bool]] = [:]
  /// By the trial's id.
  private var resolutions: [String: Result<GenerationInterpreter.Resolution, SettingsRefusal>] = [:]

  /// Rows that are advanced together at most, unless one request has more: each holds keys and values for its whole
  /// length. Results don't depend on it.
  private static let mostRows = 128

  init(
    _ specification: SweepSpecification, interpreter: GenerationInterpreter,
    compute: ComputeOptions,
    needs: (entropies: Bool, support: Bool)
  ) {
    self.interpreter = interpreter
    // Trials that draw with the same noise begin alike, and are one as long as they do.
    let loaded = interpreter.model.loaded
    let model = CoalescingModel(loaded.model)
    usage = Usage(ledger: model.ledger)
    generator = TextGenerator(
      model: model, tokenizer: loaded.tokenizer, options: compute.sessionOptions)
    contextLength = interpreter.model.contextLength(compute)
    defaults = specification.defaults
    report = TokenReport(entropy: needs.entropies)
    reportsSupport = needs.support
  }

  /// Counts of tokens.
  final class Usage {
    /// The tokens of all prompts and continuations, each as if it were alone.
    fileprivate(set) var madeTokens = 0
    private let ledger: CoalescingLedger

    fileprivate init(ledger: CoalescingLedger) {
      self.ledger = ledger
    }

    /// The tokens that the model was fed.
    var computedTokens: Int { ledger.counts.computedTokens }
  }

  mutating func run(
    _ tasks: [SampleTask],
    finished: (Int, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool {
    supports = reportsSupport ? try readSupports(tasks) : [:]
    var units: [Unit] = []
    for (index, failure) in prepare(tasks, into: &units) {
      try finished(index, .failure(failure))
    }
    while !units.isEmpty {
      var rows = 0
      let group = units.prefix { unit in
        rows += unit.rowCount
        return rows <= Self.mostRows
      }
      let count = max(1, group.count)
      guard try advance(Array(units.prefix(count)), tasks, finished) else { return false }
      units.removeFirst(count)
    }
    return true
  }

  // MARK: - Requests

  /// One request and the tasks that it is for.
  private struct Unit {
    /// How results belong to tasks.
    enum Kind {
      /// By the number of the sample.
      case samples
      /// By their rank.
      case ranks
      /// The first one is the only task's.
      case best
    }

    var request: GenerationRequest
    var kind: Kind
    var rowCount: Int
    /// Tasks by the number of the sample or the rank.
    var tasks: [Int: Int]
  }

  /// Makes requests of tasks. Samples of one trial on one prompt share one, as far as their strategy allows.
  ///
  /// - Returns: the tasks that can't run, and why.
  private mutating func prepare(
    _ tasks: [SampleTask], into units: inout [Unit]
  ) -> [(Int, SampleFailure)] {
    var failures: [(Int, SampleFailure)] = []
    var prompts: [String: [TokenID]] = [:]
    var groups: [SampleGroup: Int] = [:]
    for (index, task) in tasks.enumerated() {
      do {
        let resolution = try resolution(of: task.trial)
        let tokens: [TokenID]
        if let known = prompts[task.prompt.id] {
          tokens = known
        } else {
          tokens = try self.tokens(of: task.prompt)
          prompts[task.prompt.id] = tokens
        }
        let group = SampleGroup(trial: task.trial.id, prompt: task.prompt.id)
        if let place = groups[group], units[place].kind != .best {
          units[place].tasks[task.sample] = index
          if units[place].kind == .samples {
            units[place].request.samples.append(task.sample)
            units[place].rowCount += 1
          }
        } else {
          groups[group] = units.count
          units.append(try unit(index, task, resolution, tokens))
        }
      } catch {
        failures.append((index, SampleFailure(CommandFailure.sentence(of: error))))
      }
    }
    return failures
  }

  /// What has one request.
  struct SampleGroup: Hashable {
    var trial: String
    var prompt: String
  }

  mutating func resolution(
    of trial: Trial
  ) throws(SettingsRefusal) -> GenerationInterpreter.Resolution {
    if let known = resolutions[trial.id] { return try known.get() }
    let made: Result<GenerationInterpreter.Resolution, SettingsRefusal>
    do throws(SettingsRefusal) {
      made = .success(try interpreter.resolve(defaults: defaults, parameters: trial.parameters))
    } catch {
      made = .failure(error)
    }
    resolutions[trial.id] = made
    return try made.get()
  }

  private func tokens(of prompt: SweepPrompt) throws(CommandFailure) -> [TokenID] {
    let model = interpreter.model
    let tokens = try model.promptTokens(of: prompt.text)
    guard !tokens.isEmpty else {
      throw .usage(
        "the prompt is empty, and \(model.name) has no beginning-of-sequence token to start from")
    }
    guard tokens.count <= contextLength else {
      throw .usage(
        "the prompt has \(tokens.count) tokens and the context holds \(contextLength); shorten it")
    }
    return tokens
  }

  private func unit(
    _ index: Int, _ task: SampleTask, _ resolution: GenerationInterpreter.Resolution,
    _ tokens: [TokenID]
  ) throws(Decoding.DecodingError) -> Unit {
    let settings = resolution.settings
    var request = try settings.request(
      prompt: tokens, processors: resolution.processors, seed: task.seed, report: report,
      negativePrompt: resolution.negativePrompt)
    request.adapter = resolution.adapter
    if settings.strategy.ranks {
      // With one result, a repeat is a search with other noise; with several, there is one search.
      let isRepeated = settings.returnSequenceCount == 1 && settings.strategy.draws
      if isRepeated { request.samples = [task.sample] }
      return Unit(
        request: request, kind: isRepeated ? .best : .ranks, rowCount: settings.sequenceCount,
        tasks: [isRepeated ? 0 : task.sample: index])
    }
    if settings.selection != nil {
      // A repeat chooses among samples of its own.
      let count = settings.returnSequenceCount
      request.samples = Array(task.sample * count..<(task.sample + 1) * count)
      return Unit(request: request, kind: .best, rowCount: count, tasks: [0: index])
    }
    request.samples = [task.sample]
    return Unit(
      request: request, kind: .samples,
      rowCount: settings.strategy == .contrastive || settings.guidanceScale != 1
        ? settings.sequenceCount : 1, tasks: [task.sample: index])
  }

  // MARK: - Steps

  /// Runs requests to their end.
  ///
  /// - Returns: whether they came to it; `false` where the user interrupted.
  private func advance(
    _ units: [Unit], _ tasks: [SampleTask],
    _ finished: (Int, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool {
    let start = ContinuousClock.now
    let batch: GenerationBatch
    do throws(Decoding.DecodingError) {
      batch = try generator.batch(units.map(\.request))
    } catch {
      // One request makes no sense; by itself it says so alone.
      guard units.count > 1 else {
        return try fail(units[0], "\(error)", finished)
      }
      for unit in units where try !advance([unit], tasks, finished) { return false }
      return true
    }
    var told: Set<Int> = []
    func make(_ task: Int, _ sequence: GeneratedSequence, of unit: Unit) throws(SweepError) {
      usage.madeTokens += unit.request.prompt.count + sequence.tokens.count
      let seconds = (ContinuousClock.now - start).inSeconds
      var output = SampleOutput(sequence, seconds: seconds)
      let group = SampleGroup(trial: tasks[task].trial.id, prompt: tasks[task].prompt.id)
      output.support = supports[group] ?? []
      try finished(task, .success(output))
    }
    while true {
      let events: [GenerationEvent]?
      do throws(Decoding.DecodingError) { events = try batch.step() } catch {
        throw .execution("\(interpreter.model.name): \(error)")
      }
      guard let events else { return true }
      for event in events {
        switch event {
        case .finished(let request, _, let sequence) where units[request].kind == .samples:
          if let task = units[request].tasks[sequence.sample] {
            told.insert(task)
            try make(task, sequence, of: units[request])
          }
        case .completed(let request, let result) where units[request].kind != .samples:
          for (rank, task) in units[request].tasks.sorted(by: { $0.key < $1.key }) {
            guard result.sequences.indices.contains(rank) else {
              try finished(
                task,
                .failure(
                  SampleFailure("the search found \(result.sequences.count) continuations only")))
              continue
            }
            try make(task, result.sequences[rank], of: units[request])
          }
        case .failed(let request, let error):
          // What had ended before stays.
          var unit = units[request]
          unit.tasks = unit.tasks.filter { !told.contains($0.value) }
          _ = try fail(unit, "\(error)", finished)
        case .finished, .completed, .promptRead, .token, .text: break
        }
      }
      if Interruption.isRequested { return false }
    }
  }

  private func fail(
    _ unit: Unit, _ reason: String,
    _ finished: (Int, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool {
    for (_, task) in unit.tasks.sorted(by: { $0.key < $1.key }) {
      try finished(task, .failure(SampleFailure(reason)))
    }
    return true
  }
}

extension SampleOutput {
  init(_ sequence: GeneratedSequence, seconds: Double) {
    self.init(
      text: sequence.text, tokens: sequence.tokens.map(\.token),
      tokenLogProbabilities: sequence.tokens.map(\.logProbability),
      entropies: sequence.tokens.compactMap(\.entropy),
      finishReason: sequence.finishReason.rawValue, seconds: seconds)
  }
}
