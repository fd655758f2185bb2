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
      With no prompt at all the text begins at the beginning-of-sequence token. The same seed gives the same text, \
      whatever the number of threads and whatever else is in the batch.
      """)

  @Argument(help: "The text to continue; - reads standard input.")
  var prompt: String?

  @OptionGroup(title: "Prompt") var textOptions: TextOptions

  @OptionGroup(title: "Prompt") var promptOptions: PromptOptions
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
    if sources.count > 1 {
      throw ValidationError(
        "\(sources.joined(separator: " and ")) each give the prompt; give one of them")
    }
    if promptOptions.chat && promptOptions.promptTokens != nil {
      throw ValidationError("--chat wants a text, and --prompt-tokens gives ids; give one of them")
    }
    if promptOptions.system != nil && !promptOptions.chat {
      throw ValidationError("--system is a turn of a chat; add --chat")
    }
    if textOptions.noParseSpecial && (promptOptions.chat || promptOptions.promptTokens != nil) {
      throw ValidationError(
        "--no-parse-special is for plain text; leave it out with \(promptOptions.chat ? "--chat" : "--prompt-tokens")"
      )
    }
    let format = outputOptions.format ?? (promptOptions.prompts == nil ? .text : .jsonl)
    if let logprobs = outputOptions.logprobs, logprobs > 0, format == .text {
      throw ValidationError("--logprobs prints in JSON alone; add --format json")
    }
    if promptOptions.prompts != nil {
      if outputOptions.format == .text {
        throw ValidationError("--prompts prints a JSON line for each prompt; use --format jsonl")
      }
      if outputOptions.echo {
        throw ValidationError("--echo is for text; the JSON of --prompts holds each prompt already")
      }
    } else if outputOptions.progress != nil {
      throw ValidationError("--progress tells how far a batch is; it needs --prompts")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    let output = explain ? nil : try ResultWriter(path: outputOptions.out)
    let batch = explain ? nil : try readTexts(console: console)
    let loaded = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    var resolved = try settingsOptions.resolve(model: loaded.settingsLayer, usual: true)
    try reportingFailure { try loaded.checkTokens(of: resolved.settings) }
    let model = try draftModelOptions.apply(
      to: loaded, computeOptions, resolved: &resolved, console: console)
    for dropped in resolved.dropped {
      console.detail("not applied: \(dropped.key) \(dropped.value), \(dropped.reason)")
    }
    guard let output, let batch else {
      return try printExplanation(model: model, resolved: resolved)
    }
    let isBatch = promptOptions.prompts != nil
    let next = try prompts(batch, for: model)
    let first = try next()
    let template = try reportingFailure {
      try model.template(
        for: resolved.settings, parsingSpecialTokens: !textOptions.noParseSpecial)
    }
    // 32 bits: enough for telling runs apart, and short enough to type.
    let seed = resolved.settings.seed ?? Model.randomSeed()
    let run = GenerationRun(
      model: model, template: template, seed: seed, isSeedGiven: resolved.settings.seed != nil,
      alternatives: outputOptions.logprobs ?? 0,
      printer: printer(model: model, resolved: resolved, seed: seed, output: output),
      progress: ProgressReport(
        isBatch ? outputOptions.progress ?? .auto : .none, total: batch.count, console: console),
      console: console)
    try run.generate(first: first, next)
  }

  /// What prints the results.
  private func printer(
    model: Model, resolved: ResolvedSettings, seed: UInt64, output: ResultWriter
  ) -> ResultPrinter {
    let settings = resolved.settings
    let report = GenerationReport(
      model: model.name, settings: json(of: resolved, model: model),
      seed: settings.strategy.draws ? seed : settings.seed,
      threads: computeOptions.resolvedThreads, loadSeconds: model.loadSeconds,
      tokenizer: model.loaded.tokenizer, tellsDistributions: (outputOptions.logprobs ?? 0) > 0)
    return ResultPrinter(
      format: outputOptions.format ?? (promptOptions.prompts == nil ? .text : .jsonl),
      echo: outputOptions.echo,
      streams: !outputOptions.noStream && settings.returnSequenceCount == 1,
      colour: consoleOptions.console.colour, output: output, report: report)
  }

  /// The settings as JSON, with what else decides the numbers.
  private func json(of resolved: ResolvedSettings, model: Model) -> JSONValue {
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
    try ResultWriter(path: outputOptions.out).write(explanation.text)
  }
}
