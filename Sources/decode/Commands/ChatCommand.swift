import ArgumentParser
import Decoding
import Generation
import Inference

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `decode chat`: a conversation in the terminal.
struct ChatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talks with a model in its own chat template.",
    discussion: """
      Each line is a turn; one that ends in \\ goes on with the next. /help lists the commands, such as /undo, /retry \
      and /set temperature=0.7. Ctrl-C stops an answer, Ctrl-D leaves. Where nobody types, each line of standard input is \
      answered, with an empty line between answers. Settings are those of generate, with the same defaults.
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The system's turn, which says how to answer.", valueName: "text"))
  var system: String?

  @Option(
    help: ArgumentHelp(
      "Goes on from a conversation: a file with a JSON array of {\"role\": \"…\", \"content\": \"…\"}.",
      valueName: "file"), completion: .file())
  var messages: String?

  @OptionGroup(title: "Settings") var settingsOptions: SettingsOptions
  @OptionGroup(title: "Settings") var draftModelOptions: DraftModelOptions
  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Model") var adapterOptions: AdapterOptions
  @OptionGroup(title: "Model") var computeOptions: ComputeOptions
  @OptionGroup(title: "Output") var consoleOptions: ConsoleOptions

  func validate() throws {
    try requirePath(messages, "--messages")
    if messages == "-" {
      throw ValidationError("--messages -: turns come from standard input; give a file")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    let isTerminal = isatty(STDIN_FILENO) == 1
    let earlier = try messages.map { try MessageList.read($0) } ?? []
    let loaded = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let settings = try ChatSettings(self, model: loaded)
    let model = try draftModelOptions.load(beside: loaded, computeOptions, console: console)
    let template = try settings.template()
    var conversation = try reportingFailure {
      try Conversation(model, messages: earlier, template: template)
    }
    if let system { conversation.system = system }
    if isTerminal { console.note("\(model.name): /help lists the commands, Ctrl-D leaves") }
    Interruption.listenThroughout()
    let lines: any LineSource =
      try EditedLines() ?? PlainLines(isTerminal: isTerminal, console: console)
    var loop = ChatLoop(
      conversation, settings: settings, output: try ResultWriter(path: nil),
      isTerminal: isTerminal, console: console
    ) { (resolved) throws(CommandFailure) in
      try explanation(model: model, resolved: resolved).text
    }
    try loop.run(lines)
  }

  private func explanation(
    model: Model, resolved: ResolvedSettings
  ) throws(CommandFailure) -> Explanation {
    Explanation(
      model: (model.name, modelOptions.source), resolved: resolved,
      processors: try reportingFailure { try model.processors(resolved.settings) },
      contextLength: model.contextLength,
      others: adapterOptions.choices.map { ("lora", "\($0.path) × \($0.scale)", "--lora") })
  }
}
