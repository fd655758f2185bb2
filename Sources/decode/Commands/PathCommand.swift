import ArgumentParser
import ChatTemplates
import Decoding
import Generation
import Inference
import JSON
import LanguageModeling
import Metrics
import Models
import Transformer

/// `decode path`: the texts of every temperature.
struct PathCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path",
    abstract: "Prints the texts of every temperature of an interval.",
    discussion: """
      `decode path "Once upon a time" --temperature 0.2..1.4 --seed 42` finds each temperature at which the text \
      changes, exactly: what is printed for an interval is what `decode --temperature T --seed 42` prints for every T in \
      it. All filters may stand before the temperature; after it, top-k, top-p and min-p. Where rounding decides, two \
      texts may alternate over a few neighbouring numbers: --format json lists every run.
      """)

  @Argument(
    help:
      "The text to continue; - reads standard input. What is piped in beside a text comes first.")
  var prompt: String?

  @OptionGroup(title: "Prompt") var textOptions: TextOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The prompt as token ids joined by commas; nothing is added to them.", valueName: "ids"))
  var promptTokens: String?

  @Flag(help: "Takes the prompt as a user's turn in the model's chat template.")
  var chat = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --chat, the system's turn, which comes first.", valueName: "text"))
  var system: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Maximum number of runs of temperatures, over all samples; a path with more is an error.",
      valueName: "n"))
  var maxSegments = 10_000

  @OptionGroup(title: "Settings (--temperature takes an interval, such as 0.2..1.4)")
  var settingsOptions: SettingsOptions
  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Model") var adapterOptions: AdapterOptions
  @OptionGroup(title: "Model") var computeOptions: ComputeOptions
  @OptionGroup(title: "Output") var format: ReportFormatOptions
  @OptionGroup(title: "Output") var consoleOptions: ConsoleOptions

  func validate() throws {
    var sources = textOptions.sources(argument: prompt, named: "PROMPT")
    if promptTokens != nil { sources.append("--prompt-tokens") }
    if sources.count > 1 {
      throw ValidationError(
        "\(sources.joined(separator: " and ")) each give the prompt; give one of them")
    }
    if chat && promptTokens != nil {
      throw ValidationError("--chat wants a text, and --prompt-tokens gives ids; give one of them")
    }
    if system != nil && !chat { throw ValidationError("--system is a turn of a chat; add --chat") }
    if textOptions.noParseSpecial && (chat || promptTokens != nil) {
      throw ValidationError(
        "--no-parse-special is for plain text; leave it out with \(chat ? "--chat" : "--prompt-tokens")"
      )
    }
    if maxSegments < 1 {
      throw ValidationError("--max-segments: \(maxSegments) is too few; give 1 or more")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    guard let given = settingsOptions.temperature else {
      throw CommandFailure.usage(
        "there are no temperatures to follow; give an interval, such as --temperature 0.2..1.4")
    }
    let temperatures = try TemperatureInterval.parsed(given.text)
    let source = try readPrompt(console: console)
    let output = try ResultWriter(whole: format.out)
    let model = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let resolved = try resolve(model, temperatures)
    let seed = resolved.settings.seed ?? Model.randomSeed()
    let (decoder, text) = try reportingFailure { () -> (TextPathDecoder, String) in
      let prepared = try model.prepare(source.prompt, named: source.name)
      let template = try model.pathTemplate(
        for: resolved.settings, parsingSpecialTokens: !textOptions.noParseSpecial)
      for sentence in template.ignoredKeywords { console.warn("left out: \(sentence)") }
      return (
        try model.pathDecoder(
          try template.request(for: prepared.tokens, seed: seed), temperatures: temperatures,
          limits: PathLimits(segmentCount: maxSegments)), prepared.text
      )
    }
    Interruption.listen()
    while try step(decoder) {
      if Interruption.isRequested { decoder.cancel() }
    }
    let path = decoder.path
    let report = PathReport(
      model: model.name, prompt: text, settings: json(of: resolved, temperatures, model: model),
      path: path, threads: computeOptions.resolvedThreads, loadSeconds: model.loadSeconds)
    switch format.format {
    case .text: try output.write(report.text)
    case .json: try output.writeLine(report.json.text)
    }
    try output.finish()
    console.detail(
      "\(path.computedTokens) tokens in \(FixedPoint.text(path.seconds, places: 3)) s")
    if format.format == .text, resolved.settings.seed == nil { console.note("seed \(seed)") }
    if Interruption.isRequested { throw CommandFailure.interrupted }
  }

  private func step(_ decoder: TextPathDecoder) throws(CommandFailure) -> Bool {
    do throws(DecodingFailure) {
      return try decoder.step()
    } catch {
      if case .invalidParameter(PathLimits.name, let reason) = error {
        throw .usage("--max-segments \(reason)")
      }
      throw CommandFailure(error)
    }
  }

  private func readPrompt(
    console: Console
  ) throws(CommandFailure) -> (prompt: Prompt, name: String) {
    if let promptTokens {
      return (
        .tokens(try NumberList.tokens(promptTokens, flag: "--prompt-tokens")), "--prompt-tokens"
      )
    }
    let text = try textOptions.read(argument: prompt, joinsInput: true, console: console)
    guard chat else {
      return (textOptions.noParseSpecial ? .plainText(text ?? "") : .text(text ?? ""), "the prompt")
    }
    guard let text else { throw .usage("--chat has nothing to say; give a prompt") }
    let turns = system.map { [ChatMessage(role: "system", content: $0)] } ?? []
    return (.messages(turns + [ChatMessage(role: "user", content: text)]), "the prompt")
  }

  /// The settings, which must be those of a draw that can be followed.
  private func resolve(
    _ model: Model, _ temperatures: ClosedRange<Float>
  ) throws(CommandFailure) -> ResolvedSettings {
    // 1 is neutral and would have no place among the filters.
    let value = temperatures.lowerBound == 1 ? temperatures.upperBound : temperatures.lowerBound
    var resolved = try settingsOptions.resolve(
      over: try settingsOptions.configuration(), model: model.settingsLayer, usual: false,
      own: SettingsLayer([
        Setting(Temperature.divisor.erased, .number(Double(value)), from: .flag("--temperature"))
      ]))
    guard resolved.settings.strategy == .sample else {
      throw .usage(
        "a path over temperatures is one of sampling, and the strategy is"
          + " \(resolved.settings.strategy.name) (\(resolved.strategyReason)); leave that out")
    }
    for parameter in [SettingCatalogue.selection.erased] + SettingCatalogue.drafts {
      guard let place = resolved.entries.firstIndex(where: { $0.parameter == parameter }),
        let neutral = parameter.neutral, resolved.entries[place].value != neutral
      else { continue }
      let setting = resolved.entries[place]
      guard !setting.source.isUser else {
        throw .usage(
          "\(setting.source): a path gives every text, and neither selects nor drafts; leave it out"
        )
      }
      resolved.settings.parameters.set(parameter, to: neutral)
      resolved.entries[place] = Setting(parameter, neutral, from: .default)
    }
    try reportingFailure { try model.checkTokens(of: resolved.settings) }
    return resolved
  }

  /// The settings as JSON, with what else decides the numbers.
  private func json(
    of resolved: ResolvedSettings, _ temperatures: ClosedRange<Float>, model: Model
  ) -> JSONValue {
    var members = [JSONMember("strategy", .string(resolved.settings.strategy.name))]
    for entry in resolved.entries where entry.parameter != SettingCatalogue.seed.erased {
      members.append(
        JSONMember(
          entry.key,
          entry.parameter == Temperature.divisor.erased
            ? .array([.single(temperatures.lowerBound), .single(temperatures.upperBound)])
            : JSONValue(entry.value)))
    }
    if !adapterOptions.choices.isEmpty { members.append(JSONMember("lora", adapterOptions.json)) }
    members.append(
      JSONMember("compute_type", .string(model.loaded.model.computeType.rawValue)))
    members.append(JSONMember("cache_type", .string(computeOptions.cacheType.rawValue)))
    members.append(JSONMember("context_length", .integer(model.contextLength)))
    return .object(members)
  }
}
