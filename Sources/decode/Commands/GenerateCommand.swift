import ArgumentParser
import Decoding
import Generation
import Inference
import JSON
import LanguageModeling
import Models
import Transformer

/// `decode generate`: continues prompts.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continues a text.",
    discussion: """
      With no prompt at all the text begins at the beginning-of-sequence token. Where the strategy is sample, and no \
      flag, no file of settings and no file of the model names a temperature or a filter, the usual ones hold: \
      temperature 0.8, top-k 40, top-p 0.95, min-p 0.05. The same seed gives the same text, whatever the number of \
      threads and whatever else is in the batch.
      """)

  @Argument(
    help:
      "The text to continue; - reads standard input. What is piped in beside a text comes first.")
  var prompt: String?

  @OptionGroup(title: "Prompt") var textOptions: TextOptions

  @OptionGroup(title: "Prompt") var promptOptions: PromptOptions
  @OptionGroup(title: "Prompt") var promptCacheOptions: PromptCacheOptions
  @OptionGroup(title: "Settings") var settingsOptions: SettingsOptions
  @OptionGroup(title: "Settings") var draftModelOptions: DraftModelOptions
  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Model") var adapterOptions: AdapterOptions
  @OptionGroup(title: "Model") var computeOptions: ComputeOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Output") var consoleOptions: ConsoleOptions

  @Flag(help: "Prints the settings and where each came from, and stops.")
  var explain = false

  func validate() throws {
    var sources = textOptions.sources(argument: prompt, named: "PROMPT")
    if promptOptions.prompts != nil { sources.append("--prompts") }
    if promptOptions.promptTokens != nil { sources.append("--prompt-tokens") }
    if promptOptions.messages != nil { sources.append("--messages") }
    if sources.count > 1 {
      throw ValidationError(
        "\(sources.joined(separator: " and ")) each give the prompt; give one of them")
    }
    if promptOptions.chat && promptOptions.promptTokens != nil {
      throw ValidationError("--chat wants a text, and --prompt-tokens gives ids; give one of them")
    }
    if promptOptions.chat && promptOptions.messages != nil {
      throw ValidationError("--messages is a conversation already; leave --chat out")
    }
    if promptOptions.system != nil && !promptOptions.chat && promptOptions.messages == nil {
      throw ValidationError("--system is a turn of a chat; add --chat")
    }
    if textOptions.noParseSpecial {
      let other =
        promptOptions.chat
        ? "--chat"
        : promptOptions.messages != nil
          ? "--messages" : promptOptions.promptTokens != nil ? "--prompt-tokens" : nil
      if let other {
        throw ValidationError("--no-parse-special is for plain text; leave it out with \(other)")
      }
    }
    if let logprobs = outputOptions.logprobs, logprobs > 0, format == .text {
      throw ValidationError("--logprobs prints in JSON alone; add --format json")
    }
    if promptOptions.prompts != nil {
      if promptCacheOptions.promptCache != nil {
        throw ValidationError(
          "--prompt-cache keeps one prompt; leave it out with --prompts, which reads once what several begin with"
        )
      }
      if outputOptions.format == .text {
        throw ValidationError("--prompts prints a JSON line for each prompt; use --format jsonl")
      }
      if outputOptions.echo {
        throw ValidationError("--echo is for text; the JSON of --prompts holds each prompt already")
      }
    }
    if promptOptions.resume && outputOptions.out == nil {
      throw ValidationError("--resume goes on with the file of --out; give that too")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    let output = explain ? nil : try writer()
    let source = try output.map { try readSource(after: $0.keptLineCount, console: console) }
    let loaded = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let configuration = try settingsOptions.configuration()
    var resolved = try settingsOptions.resolve(
      over: configuration, model: loaded.settingsLayer, usual: true)
    try reportingFailure { try loaded.checkTokens(of: resolved.settings) }
    try draftModelOptions.check(&resolved)
    let model = try draftModelOptions.load(beside: loaded, computeOptions, console: console)
    for dropped in resolved.dropped {
      console.detail("not applied: \(dropped.key) \(dropped.value), \(dropped.reason)")
    }
    guard let output, let source else {
      return try printExplanation(model: model, resolved: resolved)
    }
    let promptCache = try promptCacheOptions.cache(for: model)
    let mode = outputOptions.progress ?? .auto
    let isShown = !outputOptions.noStream && resolved.settings.returnSequenceCount == 1
    let drawsCanvases =
      isShown && format == .text && promptOptions.prompts == nil
      && resolved.settings.strategy == .diffusion && CanvasProgress.isUseful(mode, console)
    // What is drawn is printed when it is whole.
    let streams = isShown && !drawsCanvases
    let printer = ResultPrinter(
      format: format, echo: outputOptions.echo, streams: streams, colour: console.colour,
      output: output,
      report: GenerationReport(
        model: model.name, threads: computeOptions.resolvedThreads, loadSeconds: model.loadSeconds,
        tokenizer: model.loaded.tokenizer,
        tellsDistributions: (outputOptions.logprobs ?? 0) > 0))
    func generate(
      _ progress: any GenerationProgress, _ first: GenerationRun.Next,
      _ following: (Bool) throws(CommandFailure) -> GenerationRun.Next
    ) throws(CommandFailure) {
      let run = GenerationRun(
        model: model, alternatives: outputOptions.logprobs ?? 0, drawsCanvases: drawsCanvases,
        promptCache: promptCache,
        printer: printer, progress: progress, console: console)
      do {
        try run.generate(first: first, following)
      } catch .interrupted {
        // What there was is printed.
        try output.finish()
        throw .interrupted
      }
      try output.finish()
    }
    // 32 bits: enough for telling runs apart, and short enough to type.
    let maker = RunSettingsMaker(
      command: self, model: model, configuration: configuration, randomSeed: Model.randomSeed(),
      console: console)
    switch source {
    case .single(let prompt, let name):
      let prepared: PreparedPrompt
      do throws(InferenceError) { prepared = try model.prepare(prompt, named: name) } catch {
        throw CommandFailure(error)
      }
      let settings = try maker.make(resolved)
      let progress: any GenerationProgress =
        drawsCanvases
        ? CanvasProgress(console: console)
        : PromptProgress(
          mode, promptTokens: prepared.tokens.count,
          limit: min(
            resolved.settings.parameters.newTokenLimit, model.contextLength - prepared.tokens.count),
          streams: format == .text && streams, console: console)
      try generate(progress, .prompt(NamedPrompt(prompt: prepared, settings: settings))) { _ in .end
      }
    case .batch(let file):
      var reader = BatchReader(
        file: file, command: self, maker: maker, settings: try maker.make(resolved))
      let total =
        mode.resolved(console) == .none ? nil : try PromptsFile.count(promptOptions.prompts ?? "-")
      let progress = BatchProgress(
        mode, total: total, done: output.keptLineCount, console: console)
      try generate(progress, try reader.next(waits: true)) { waits throws(CommandFailure) in
        try reader.next(waits: waits)
      }
    }
  }

  /// The format of the results.
  private var format: OutputOptions.Format {
    outputOptions.format ?? (promptOptions.prompts == nil ? .text : .jsonl)
  }

  /// Where results go.
  private func writer() throws(CommandFailure) -> ResultWriter {
    guard promptOptions.prompts != nil else { return try ResultWriter(whole: outputOptions.out) }
    guard promptOptions.resume, let out = outputOptions.out else {
      return try ResultWriter(path: outputOptions.out)
    }
    return try ResultWriter(resuming: out, of: "--prompts") { result in
      guard let sequences = result["sequences"] else { return .foreign }
      guard case .array(let sequences) = sequences else { return .whole }
      let isCut = sequences.contains {
        $0["finish_reason"]?.string == FinishReason.cancelled.rawValue
      }
      return isCut ? .cutOff : .whole
    }
  }

  /// The settings as JSON, with what else decides the numbers.
  func json(of resolved: ResolvedSettings, model: Model) -> JSONValue {
    var members = [
      JSONMember("strategy", .string(resolved.settings.strategy.name))
    ]
    members += resolved.entries.filter { $0.parameter != SettingCatalogue.seed.erased }.map {
      .init($0.key, JSONValue($0.value))
    }
    if !adapterOptions.choices.isEmpty {
      members.append(.init("lora", adapterOptions.json))
    }
    if let draftModel = draftModelOptions.draftModel {
      members.append(.init("draft_model", .string(draftModel)))
    }
    members.append(.init("compute_type", .string(model.loaded.model.computeType.rawValue)))
    members.append(.init("cache_type", .string(computeOptions.cacheType.rawValue)))
    members.append(.init("context_length", .integer(model.contextLength)))
    return .object(members)
  }

  /// The draft model, where there is one.
  private var draftModelRows: [(name: String, value: String, source: String)] {
    draftModelOptions.draftModel.map { [("draft_model", $0, "--draft-model")] } ?? []
  }

  private func printExplanation(model: Model, resolved: ResolvedSettings) throws {
    let compute = computeOptions
    let explanation = Explanation(
      model: (model.name, modelOptions.source), resolved: resolved,
      processors: try reportingFailure { try model.processors(resolved.settings) },
      contextLength: model.contextLength,
      others: adapterOptions.choices.map { ("lora", "\($0.path) × \($0.scale)", "--lora") }
        + draftModelRows + [
          (
            "compute_type", model.loaded.model.computeType.rawValue,
            compute.computeType == .auto ? "default" : "--compute-type"
          ),
          (
            "cache_type", compute.cacheType.rawValue,
            compute.cacheType == .float32 ? "default" : "--cache-type"
          ),
          (
            "context_length", "\(model.contextLength)",
            compute.contextLength == nil ? "the model's files" : "--context-length"
          ),
          (
            "threads", "\(compute.resolvedThreads)",
            compute.threads == nil ? "default" : "--threads"
          ),
        ])
    let output = try ResultWriter(whole: outputOptions.out)
    try output.write(explanation.text)
    try output.finish()
  }
}
