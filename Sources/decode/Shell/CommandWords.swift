import ArgumentParser
import Metrics

/// The words of the command line, before they are parsed: which command they call, and what else they ask for.
struct CommandWords {
  /// What follows the program's name.
  let arguments: [String]
  /// The words that name the command: `sweep run`. The command that holds where none is named is among them.
  let command: [String]
  /// The command.
  private let type: any ParsableCommand.Type
  /// Whether the words name a command, so that it isn't the one that holds where none is named.
  private let isCommandNamed: Bool

  init(_ arguments: some Sequence<String>) {
    self.arguments = Array(arguments)
    let (names, last) = Self.path(self.arguments)
    isCommandNamed = !names.isEmpty
    type = last.configuration.defaultSubcommand ?? last
    command = names + (last.configuration.defaultSubcommand.map { [$0.name] } ?? [])
  }

  /// Follows `words` down the tree of commands as far as they name some.
  private static func path(
    _ words: some Sequence<String>
  ) -> (names: [String], last: any ParsableCommand.Type) {
    var last: any ParsableCommand.Type = Decode.self
    var names: [String] = []
    for word in words {
      guard let next = last.configuration.subcommands.first(where: { $0.name == word }) else {
        break
      }
      names.append(word)
      last = next
    }
    return (names, last)
  }

  /// The names of all commands of the first level.
  static var names: [String] { Decode.configuration.subcommands.map { $0.name } }

  /// Whether the words call a command of that type.
  func calls(_ command: any ParsableCommand.Type) -> Bool { command == type }

  /// The call that prints the help of the command.
  var helpPage: String { (["decode", "help"] + command).joined(separator: " ") }

  /// Refuses `help` of a command that there isn't.
  func checkHelpTopic() throws(CommandFailure) {
    guard arguments.first == "help" else { return }
    let topic = arguments.dropFirst().prefix { !$0.hasPrefix("-") }
    let (names, last) = Self.path(topic)
    guard let unknown = topic.dropFirst(names.count).first else { return }
    let commands = last.configuration.subcommands.map { $0.name }
    guard !commands.isEmpty else {
      throw .usage(
        "\(names.joined(separator: " ")) has no commands of its own; leave “\(unknown)” out")
    }
    let nearest = NearestName.nearest(to: unknown, in: commands)
    throw .usage(
      "there is no command “\(unknown)”; "
        + (nearest.map { "did you mean \($0)?" }
          ?? "the commands are \(commands.joined(separator: ", "))"))
  }

  /// What to say of a first word that looks like a command and is taken as the prompt.
  var hint: String? {
    guard !isCommandNamed, let word = arguments.first, !word.hasPrefix("-"),
      !word.contains(where: \.isWhitespace), word != "help"
    else { return nil }
    let taken = "note: there is no command “\(word)”, so it is the prompt"
    if let instead = Self.commandsElsewhere[word] { return "\(taken); \(instead)" }
    return NearestName.nearest(to: word, in: Self.names + ["help"])
      .map { "\(taken); did you mean decode \($0)?" }
  }

  /// Commands of other tools, and what stands for them here.
  private static let commandsElsewhere = [
    "run": "to continue a text: decode PROMPT",
    "complete": "to continue a text: decode PROMPT",
  ]

  /// The first flag that is another tool's, with what to write instead, in a sentence.
  var foreignFlag: String? {
    for argument in arguments {
      if argument == "--" { return nil }
      let flag = String(argument.prefix { $0 != "=" })
      if let sentence = ForeignFlag.sentence(for: flag) { return sentence }
    }
    return nil
  }

  /// Prints a page that is made of the commands' help: completions for a shell, or the manual.
  ///
  /// - Returns: whether one was asked for.
  func printPage() throws(CommandFailure) -> Bool {
    var page = CompletionScript.requested(by: arguments)
    if page == nil { page = try ManualPage.requested(by: arguments) }
    guard let page else { return false }
    try ResultWriter(path: nil).write(page)
    return true
  }
}

extension ParsableCommand {
  /// The word that calls the command.
  fileprivate static var name: String { configuration.commandName ?? "" }
}
