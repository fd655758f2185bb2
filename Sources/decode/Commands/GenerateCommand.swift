import ArgumentParser
import Decoding
import Generation
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
    let model = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    var resolved = try settingsOptions.resolve(model: model.settings, usual: true)
    for (key, tokens) in resolved.settings.namedTokens {
      try model.check(tokens, named: key)
    }
    let generator = try draftModelOptions.generator(
      over: model, computeOptions, resolved: &resolved, console: console)
    for dropped in resolved.dropped {
      console.detail("not applied: \(dropped.key) \(dropped.value), \(dropped.reason)")
    }
    guard let output, let batch else {
      return try printExplanation(model: model, resolved: resolved)
    }
    let prompts = try prepare(batch, for: model)
    let run = try GenerationRun(
      command: self, model: model, generator: generator, resolved: resolved,
      negativePrompt: try model.negativePrompt(
        resolved.settings, parsingSpecialTokens: !textOptions.noParseSpecial,
        contextLength: model.contextLength(computeOptions)), output: output,
      console: console)
    try run.generate(prompts, isBatch: promptOptions.prompts != nil)
  }

  /// The draft model, where there is one.
  private var draftModelRows: [(name: String, value: String, source: String)] {
    draftModelOptions.draftModel.map { [("draft_model", $0, "--draft-model")] } ?? []
  }

  private func printExplanation(model: PreparedModel, resolved: ResolvedSettings) throws {
    let compute = computeOptions
    let explanation = Explanation(
      model: (model.name, modelOptions.source), resolved: resolved,
      processors: try model.processors(resolved.settings),
      contextLength: model.contextLength(compute),
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
            "context_length", "\(model.contextLength(compute))",
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
