import Decoding
import Generation
import JSON
import LanguageModeling
import Models
import Transformer

/// One call of `generate`: takes the prompts through the model and prints what comes.
struct GenerationRun {
  private let model: PreparedModel
  private let settings: GenerationSettings
  private let negativePrompt: [TokenID]?
  private let processors: [any LogitsProcessor]
  private let adapter: AdapterMix
  private let seed: UInt64
  private let generator: TextGenerator
  private let options: OutputOptions
  private let printer: ResultPrinter
  private let console: Console

  /// Sequences that are advanced together at most. Each holds keys and values for its whole length, so that a file of
  /// a thousand prompts would otherwise want them all in memory; results don't depend on it.
  private static let largestGroup = 64

  init(
    command: GenerateCommand, model: PreparedModel, generator: TextGenerator,
    resolved: ResolvedSettings, negativePrompt: [TokenID]?, output: ResultWriter, console: Console
  ) throws(CommandFailure) {
    let compute = command.computeOptions
    self.model = model
    settings = resolved.settings
    self.negativePrompt = negativePrompt
    processors = try model.processors(resolved.settings)
    adapter = command.adapterOptions.mix
    // 32 bits: enough for telling runs apart, and short enough to type.
    seed = resolved.settings.seed ?? UInt64(UInt32.random(in: .min ... .max))
    options = command.outputOptions
    self.console = console
    self.generator = generator
    let report = GenerationReport(
      model: model.name, settings: resolved.json(command, model),
      seed: settings.strategy.draws ? seed : settings.seed,
      threads: compute.resolvedThreads, loadSeconds: model.loadSeconds,
      tokenizer: model.loaded.tokenizer, tellsDistributions: (options.logprobs ?? 0) > 0)
    let format = options.format ?? (command.promptOptions.prompts == nil ? .text : .jsonl)
    printer = ResultPrinter(
      format: format, echo: options.echo,
      streams: !options.noStream && settings.returnSequenceCount == 1,
      colour: console.colour, output: output, report: report)
  }

  /// Generates for all prompts, in groups, and prints in their order.
  ///
  /// - Throws: `CommandFailure.interrupted` when the user stopped it; what there was is printed then.
  func generate(_ prompts: [Prompt], isBatch: Bool) throws(CommandFailure) {
    Interruption.listen()
    var progress = ProgressReport(
      isBatch ? options.progress ?? .auto : .none, total: prompts.count, console: console)
    let groupSize = max(1, Self.largestGroup / max(1, settings.sequenceCount))
    var rest = prompts[...]
    while !rest.isEmpty, !Interruption.isRequested {
      let group = Array(rest.prefix(groupSize))
      rest = rest.dropFirst(group.count)
      try generate(group, progress: &progress)
    }
    if Interruption.isRequested { throw .interrupted }
    if printer.format == .text, settings.seed == nil, settings.strategy.draws {
      console.note("seed \(seed)")
    }
  }

  private func generate(
    _ group: [Prompt], progress: inout ProgressReport
  ) throws(CommandFailure) {
    let batch = try reportingFailure { try generator.batch(try group.map(request)) }
    var waiting: [Int: GenerationResult] = [:]
    var next = 0
    var isCancelled = false
    if let first = group.first { try printer.begin(first) }
    while let events = try reportingFailure({ try batch.step() }) {
      for event in events {
        switch event {
        case .text(_, _, let piece): try printer.stream(piece)
        case .completed(let index, let result):
          waiting[index] = result
          progress.completed(generatedTokens: result.timings.generatedTokens)
        case .failed(_, let error): throw CommandFailure(error)
        case .promptRead, .token, .finished: break
        }
      }
      while let result = waiting.removeValue(forKey: next) {
        try printer.finish(group[next], result)
        tellTimings(result.timings)
        next += 1
      }
      if Interruption.isRequested && !isCancelled {
        isCancelled = true
        batch.cancel()
      }
    }
  }

  private func request(for prompt: Prompt) throws(DecodingFailure) -> GenerationRequest {
    let alternatives = options.logprobs ?? 0
    var request = try settings.request(
      prompt: prompt.tokens, processors: processors, seed: seed,
      report: TokenReport(
        alternatives: alternatives, processedLogProbability: alternatives > 0,
        entropy: alternatives > 0),
      negativePrompt: negativePrompt)
    request.adapter = adapter
    if generator.draftModel != nil { request.draftLimit = DraftModelOptions.draftModelLimit }
    return request
  }

  private func tellTimings(_ timings: GenerationTimings) {
    console.detail(
      "prompt: \(Self.speed(timings.promptTokens, timings.promptSeconds)); "
        + "generated: \(Self.speed(timings.generatedTokens, timings.generateSeconds))")
    if let drafts = timings.drafts {
      let share = drafts.drafted == 0 ? 0 : Double(drafts.accepted) / Double(drafts.drafted)
      console.detail(
        "drafted: \(drafts.drafted) tokens, of which \(drafts.accepted) came"
          + " (\(Decimal.text(100 * share, places: 1)) %)")
    }
  }

  private static func speed(_ tokens: Int, _ seconds: Double) -> String {
    "\(tokens) tokens in \(Decimal.text(seconds, places: 3)) s"
      + " (\(Decimal.text(Double(tokens) / seconds, places: 1)) tokens/s)"
  }
}

extension ResolvedSettings {
  /// The settings as JSON, with what else decides the numbers.
  fileprivate func json(
    _ command: GenerateCommand, _ model: PreparedModel
  ) -> JSONValue {
    var members = [
      JSONMember("strategy", .string(settings.strategy.name))
    ]
    members += entries.filter { $0.parameter != SettingCatalogue.seed.erased }.map {
      .init($0.key, JSONValue($0.value))
    }
    if !command.adapterOptions.choices.isEmpty {
      members.append(.init("lora", command.adapterOptions.json))
    }
    if let draftModel = command.draftModelOptions.draftModel {
      members.append(.init("draft_model", .string(draftModel)))
    }
    let compute = command.computeOptions
    members.append(.init("compute_type", .string(model.loaded.model.computeType.rawValue)))
    members.append(.init("cache_type", .string(compute.cacheType.rawValue)))
    members.append(
      .init("context_length", .integer(model.contextLength(compute))))
    return .object(members)
  }
}
