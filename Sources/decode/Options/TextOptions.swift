import ArgumentParser

/// Where a text comes from, beside the argument itself.
struct TextOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional,
    help: ArgumentHelp("The text; - reads standard input.", valueName: "text"))
  var prompt: String?

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("The text from a file; one trailing newline goes.", valueName: "path"))
  var file: String?

  @Flag(help: "Takes special tokens written in the text as plain text.")
  var noParseSpecial = false

  /// The sources that were given, as the user knows them.
  func sources(argument: String?, named name: String) -> [String] {
    [argument.map { _ in name }, prompt.map { _ in "--prompt" }, file.map { _ in "--file" }]
      .compactMap(\.self)
  }

  /// The text that was given, or `nil` where none was: standard input is read for `-`, or when nothing else is given
  /// and something is piped in.
  func read(
    argument: String?, readsPipe: Bool = true, console: Console
  ) throws(CommandFailure) -> String? {
    if let file { return try PromptText.read(file, console: console) }
    if let text = argument ?? prompt {
      return text == "-" ? try PromptText.readStandardInput(console: console) : text
    }
    guard readsPipe, PromptText.isPiped else { return nil }
    return try PromptText.readStandardInput(console: console)
  }
}

/// Refuses more than one source of text.
func requireOneSource(_ sources: [String]) throws(CommandFailure) {
  guard sources.count > 1 else { return }
  throw .usage("\(sources.joined(separator: " and ")) each give the text; give one of them")
}
