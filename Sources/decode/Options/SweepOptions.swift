import ArgumentParser
import Decoding
import Generation
import Inference
import JSON
import Metrics
import Sweeps

/// What is swept over: a file, or flags with lists joined by commas.
struct SweepOptions: ParsableArguments {
  @Argument(
    help: "The sweep file, YAML or JSON; without one, flags with comma lists say it all.",
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "The prompts: one JSON object a line. Needed without a sweep file.", valueName: "file.jsonl"),
    completion: .file(extensions: ["jsonl"]))
  var prompts: String?

  @Option(
    help: ArgumentHelp("The member that holds the prompt. (default: prompt)", valueName: "key"))
  var promptKey: String?

  @Option(help: ArgumentHelp("The member that holds the references.", valueName: "key"))
  var referenceKey: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Uses at most n prompts.", valueName: "n"))
  var limit: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Share of the prompts that are kept for the report and not used to choose. (default: 0)",
      valueName: "x"))
  var holdout: SettingArgument?

  @Option(
    help: ArgumentHelp(
      "How trials are chosen: grid, random or tpe. (default: grid)", valueName: "name"),
    completion: .list(["grid", "random", "tpe"]))
  var method: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of trials under --method random and tpe.", valueName: "n"))
  var runCap: SettingArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Samples for each prompt. (default: 1)", valueName: "n"))
  var repeats: SettingArgument?

  @Option(
    help: ArgumentHelp(
      "Whether all trials draw with the same random numbers: shared or independent. (default: shared)",
      valueName: "name"), completion: .list(["shared", "independent"]))
  var noise: String?

  @Option(
    help: ArgumentHelp(
      "The metric that ranks trials, with :maximize or :minimize after it where its name leaves that open. One of \(MetricCatalogue.metrics.map(\.name).joined(separator: ", ")).",
      valueName: "name"), completion: .list(MetricCatalogue.metrics.map(\.name)))
  var metric: String?

  @Option(
    help: ArgumentHelp(
      "The metrics, joined by commas. (default: nll,distinct_2,seq_rep_4,length)",
      valueName: "names"))
  var metrics: String?

  @Option(
    help: ArgumentHelp(
      "LoRA adapters to try, joined by commas; none is the base model.", valueName: "paths"))
  var lora: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Factors on the adapters' scale, joined by commas.", valueName: "xs"))
  var loraScale: String?

  @OptionGroup(title: "Settings (a number or a name may be a list of values joined by commas)")
  var settingsOptions: SettingsOptions

  /// The specification, and the folder that its paths are relative to.
  func read() throws(CommandFailure) -> (
    specification: SweepSpecification, folder: SweepFolder
  ) {
    if let file {
      guard let flag = try flagsBesideTheFile().first else {
        return (try SweepFile.read(file), SweepFolder(ofFile: file))
      }
      throw .usage("\(flag): \(file) says what is swept; write it there, or leave the file out")
    }
    guard prompts != nil else {
      throw .usage(
        "there is no sweep; give a sweep file, or --prompts and settings with comma lists")
    }
    return (try SweepFile.specification(try tree(), file: "the command line"), .current)
  }

  private func flagsBesideTheFile() throws(CommandFailure) -> [String] {
    let own: [(String, Bool)] = [
      ("--prompts", prompts != nil), ("--prompt-key", promptKey != nil),
      ("--reference-key", referenceKey != nil), ("--limit", limit != nil),
      ("--holdout", holdout != nil), ("--method", method != nil), ("--run-cap", runCap != nil),
      ("--repeats", repeats != nil), ("--noise", noise != nil), ("--metric", metric != nil),
      ("--metrics", metrics != nil), ("--lora", lora != nil),
      ("--lora-scale", loraScale != nil), ("--config", settingsOptions.config != nil),
    ]
    return own.filter(\.1).map(\.0) + settingsOptions.flags.settings.map { "\($0.source)" }
  }

  // MARK: - One line

  /// The tree of the sweep file that the flags stand for.
  private func tree() throws(CommandFailure) -> JSONValue {
    var members = [JSONMember("version", .integer(1))]
    func add(_ name: String, _ value: JSONValue?) {
      if let value { members.append(JSONMember(name, value)) }
    }
    let settings = try settings()
    add("seed", settings.seed)
    add("method", method.map(JSONValue.string))
    add("run_cap", runCap.map { JSONValue($0.value) })
    add("repeats", repeats.map { JSONValue($0.value) })
    add("noise", noise.map(JSONValue.string))
    add("metric", try objective())
    add("metrics", .array(metricNames.map(JSONValue.string)))
    add(
      "data",
      .object(
        [
          ("prompts", prompts.map(JSONValue.string)),
          ("prompt_key", promptKey.map(JSONValue.string)),
          ("reference_key", referenceKey.map(JSONValue.string)),
          ("limit", limit.map { JSONValue($0.value) }),
          ("holdout", holdout.map { JSONValue($0.value) }),
        ].compactMap { name, value in value.map { JSONMember(name, $0) } }))
    add("defaults", .object(settings.defaults))
    guard !settings.parameters.isEmpty else {
      throw .usage(
        "there is nothing to try; give a setting that takes a number or a name several values, such as"
          + " --temperature 0.5,0.7,1")
    }
    add("parameters", .object(settings.parameters))
    return .object(members)
  }

  private var metricNames: [String] {
    metrics?.split(separator: ",").map(String.init)
      ?? ["nll", "distinct_2", "seq_rep_4", "length"]
  }

  private func objective() throws(CommandFailure) -> JSONValue? {
    guard let metric else { return nil }
    let parts = metric.split(separator: ":", maxSplits: 1).map(String.init)
    let name = parts.first ?? ""
    guard
      let goal = parts.count > 1
        ? parts[1] : (try? MetricCatalogue.metric(named: name))?.goal?.rawValue
    else {
      throw .usage(
        "--metric \(name): which way is better? Give \(name):maximize or \(name):minimize")
    }
    return .members(["name": .string(name), "goal": .string(goal)])
  }

  /// What the flags of settings say: single values hold for all trials, lists are tried.
  private func settings() throws(CommandFailure) -> (
    seed: JSONValue?, defaults: [JSONMember], parameters: [JSONMember]
  ) {
    var defaults: [JSONMember] = []
    if let config = settingsOptions.config {
      defaults = try ConfigurationFile.read(config).map { JSONMember($0.key, JSONValue($0.value)) }
    }
    var seed: JSONValue?
    var parameters: [JSONMember] = []
    func add(_ name: String, _ values: [JSONValue]) {
      if values.count == 1 {
        defaults.removeAll { $0.key == name }
        defaults.append(JSONMember(name, values[0]))
      } else {
        parameters.append(JSONMember(name, .members(["values": .array(values)])))
      }
    }
    for setting in settingsOptions.flags.settings {
      if setting.parameter == SettingCatalogue.seed.erased {
        seed = JSONValue(setting.value)
        continue
      }
      guard SettingSpelling.takesCommaLists(setting.parameter), case .text(let list) = setting.value
      else {
        add(setting.key, [JSONValue(setting.value)])
        continue
      }
      add(setting.key, Self.values(in: list))
    }
    if let lora {
      add(GenerationCatalogue.adapter, lora.split(separator: ",").map { .string(String($0)) })
    }
    if let loraScale { add(GenerationCatalogue.adapterScale, Self.values(in: loraScale)) }
    return (seed, defaults, parameters)
  }

  private static func values(in list: String) -> [JSONValue] {
    list.split(separator: ",", omittingEmptySubsequences: false).map { text in
      Bool(String(text)).map(JSONValue.bool)
        ?? JSONValue(SettingArgument(argument: String(text)).value)
    }
  }
}
