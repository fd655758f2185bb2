import ChatTemplates
import Decoding
import Generation
import LanguageModeling
import Sweeps

/// One request and the tasks that it is for.
struct PlannedRequest {
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
  /// The tasks that aren't done, by the number of the sample or the rank.
  var tasks: [Int: SampleTask]
  /// Which tokens of the prompt's reference the trial's filters leave.
  var keptReferenceTokens: [Bool] = []
  /// When the step began that read its prompt.
  var start = ContinuousClock.now
}

/// What has one request.
struct SampleGroup: Hashable {
  var trial: String
  var prompt: String
}

/// The requests of tasks. Samples of one trial on one prompt share one, as far as their strategy allows.
struct SamplePlan {
  /// The requests, in the order of their first tasks.
  private(set) var requests: [PlannedRequest] = []
  /// The tasks that can't run, and why.
  private(set) var failures: [(SampleTask, SampleFailure)] = []

  init(_ tasks: [SampleTask], _ executor: GenerationExecutor, supports: [SampleGroup: [Bool]]) {
    var prompts: [String: [TokenID]] = [:]
    var groups: [SampleGroup: Int] = [:]
    for task in tasks {
      do {
        let resolution = try executor.interpreter.resolution(
          of: task.trial, defaults: executor.defaults)
        let tokens: [TokenID]
        if let known = prompts[task.prompt.id] {
          tokens = known
        } else {
          tokens = try executor.interpreter.model.tokens(of: task.prompt)
          prompts[task.prompt.id] = tokens
        }
        let group = SampleGroup(trial: task.trial.id, prompt: task.prompt.id)
        if let place = groups[group], requests[place].kind != .best {
          requests[place].tasks[task.sample] = task
          if requests[place].kind == .samples {
            requests[place].request.samples.append(task.sample)
          }
        } else {
          groups[group] = requests.count
          var planned = Self.planned(
            try executor.request(of: task, resolution, tokens), task,
            resolution.template.settings)
          planned.keptReferenceTokens = supports[group] ?? []
          requests.append(planned)
        }
      } catch {
        failures.append((task, SampleFailure("\(error)")))
      }
    }
  }

  private static func planned(
    _ request: GenerationRequest, _ task: SampleTask, _ settings: GenerationSettings
  ) -> PlannedRequest {
    var request = request
    if settings.strategy.ranks {
      // With one result, a repeat is a search with other noise; with several, there is one search.
      let isRepeated = settings.returnSequenceCount == 1 && settings.strategy.draws
      if isRepeated { request.samples = [task.sample] }
      return PlannedRequest(
        request: request, kind: isRepeated ? .best : .ranks,
        tasks: [isRepeated ? 0 : task.sample: task])
    }
    if settings.selection != nil {
      // A repeat chooses among samples of its own.
      let count = settings.returnSequenceCount
      request.samples = Array(task.sample * count..<(task.sample + 1) * count)
      return PlannedRequest(request: request, kind: .best, tasks: [0: task])
    }
    request.samples = [task.sample]
    return PlannedRequest(request: request, kind: .samples, tasks: [task.sample: task])
  }
}

extension Model {
  /// The tokens of a sweep's prompt.
  func tokens(of prompt: SweepPrompt) throws -> [TokenID] {
    if !prompt.messages.isEmpty {
      return try prepare(
        .messages(prompt.messages.map { ChatMessage(role: $0.role, content: $0.content) })
      ).tokens
    }
    let tokens = try promptTokens(of: prompt.text)
    guard !tokens.isEmpty else {
      throw SampleFailure(
        "the prompt is empty, and \(name) has no beginning-of-sequence token to start from")
    }
    guard tokens.count <= contextLength else {
      throw SampleFailure(
        "the prompt has \(tokens.count) tokens and the context holds \(contextLength); shorten it")
    }
    return tokens
  }
}
