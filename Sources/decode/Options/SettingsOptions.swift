import ArgumentParser
import Generation

/// How much to generate and how to choose.
struct SettingsOptions: ParsableArguments {
  @Option(
    name: [.customShort("n"), .long, .customLong("n-predict")], parsing: .unconditional,
    help: ArgumentHelp("The most tokens to generate. (default: 128)", valueName: "n"))
  var maxNewTokens: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("No end of sequence before this many tokens. (default: 0)", valueName: "n"))
  var minNewTokens: SettingArgument?

  @Option(
    name: [.long, .customShort("r")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Stops before this text. Repeatable.", valueName: "text"))
  var stop: [String] = []

  @Flag(name: .customLong("ignore-eos"), help: "Never ends with an end-of-sequence token.")
  var ignoreEndOfSequence = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "greedy, sample, arithmetic, beam, diverse-beam, beam-sample, stochastic-beam or contrastive. (default: contrastive with a penalty alpha, beam with beams, greedy at temperature 0 or do_sample false, else sample)",
      valueName: "name"))
  var strategy: String?

  @Option(
    name: [.long, .customLong("temp")], parsing: .unconditional,
    help: ArgumentHelp(
      "Sharpens (below 1) or flattens (above 1); 0 is greedy. (default: 1)", valueName: "x"))
  var temperature: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Samples from the n most probable tokens, or tries as many. (default: 0, off)", valueName: "n"
    )
  )
  var topK: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Samples from the fewest tokens whose mass reaches x. (default: 1, off)", valueName: "x"))
  var topP: SettingArgument?

  @OptionGroup var filterOptions: FilterOptions

  @Option(
    name: [.long, .customLong("samplers")], parsing: .unconditional,
    help: ArgumentHelp(
      "huggingface, llama.cpp, mlx, or a list such as \"top-k;temperature\", which may be spelled top_k;temperature. (default: huggingface)",
      valueName: "order"))
  var filterOrder: String?

  @OptionGroup var mirostatOptions: MirostatOptions
  @OptionGroup var contrastiveOptions: ContrastiveOptions
  @OptionGroup var guidanceOptions: GuidanceOptions
  @OptionGroup var penaltyOptions: PenaltyOptions
  @OptionGroup var repetitionOptions: RepetitionOptions
  @OptionGroup var tokenOptions: TokenOptions
  @OptionGroup var beamOptions: BeamOptions
  @OptionGroup var draftOptions: DraftOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Samples for each prompt, or the best of as many beams. (default: 1)", valueName: "n"))
  var numReturnSequences: SettingArgument?

  @OptionGroup var selectionOptions: SelectionOptions

  @Option(
    name: [.customShort("s"), .long], parsing: .unconditional,
    help: ArgumentHelp("Repeats a run. (default: random, and reported)", valueName: "n"))
  var seed: SettingArgument?

  @Option(
    help: ArgumentHelp(
      "Settings from YAML or JSON, such as a Hugging Face generation_config.json.",
      valueName: "file"), completion: .file())
  var config: String?

  /// What the flags say.
  var flags: SettingsLayer {
    var settings: [Setting] = []
    func add(_ key: SettingKey, _ flag: String, _ value: SettingValue?) {
      if let value { settings.append(Setting(key, value, from: .flag(flag))) }
    }
    add(.strategy, "--strategy", strategy.map(SettingValue.text))
    add(.temperature, "--temperature", temperature?.value)
    add(.topK, "--top-k", topK?.value)
    add(.topP, "--top-p", topP?.value)
    add(.filterOrder, "--filter-order", filterOrder.map(SettingValue.text))
    filterOptions.add(to: &settings)
    mirostatOptions.add(to: &settings)
    penaltyOptions.add(to: &settings)
    repetitionOptions.add(to: &settings)
    tokenOptions.add(to: &settings)
    beamOptions.add(to: &settings)
    contrastiveOptions.add(to: &settings)
    guidanceOptions.add(to: &settings)
    draftOptions.add(to: &settings)
    add(.maxNewTokens, "--max-new-tokens", maxNewTokens?.value)
    add(.minNewTokens, "--min-new-tokens", minNewTokens?.value)
    add(.stopStrings, "--stop", stop.isEmpty ? nil : .list(stop.map(SettingValue.text)))
    add(.ignoreEndOfSequence, "--ignore-eos", ignoreEndOfSequence ? .bool(true) : nil)
    add(.returnSequenceCount, "--num-return-sequences", numReturnSequences?.value)
    selectionOptions.add(to: &settings)
    add(.seed, "--seed", seed?.value)
    return SettingsLayer(settings)
  }

  /// The settings, resolved against the configuration file and `model`'s own.
  func resolve(model: SettingsLayer) throws(CommandFailure) -> ResolvedSettings {
    do {
      let configuration =
        if let config {
          try SettingsLayer(configuration: try ConfigurationFile.read(config), file: config)
        } else {
          SettingsLayer()
        }
      return try SettingsResolver.resolve(flags: flags, configuration: configuration, model: model)
    } catch let error as SettingsError {
      throw .usage("\(error)")
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw .failure("\(error)")
    }
  }
}
