import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a text comes from, beside the argument itself.
struct TextOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "The text, also one that begins with a hyphen; - reads standard input.", valueName: "text"))
  var prompt: String?

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Reads the text from a file, without one trailing newline.", valueName: "path"),
    completion: .file())
  var file: String?

  @Flag(help: "Reads special tokens that are written in the text, such as </s>, as plain text.")
  var noParseSpecial = false

  /// The sources that were given, as the user knows them.
  func sources(argument: String?, named name: String) -> [String] {
    [argument.map { _ in name }, prompt.map { _ in "--prompt" }, file.map { _ in "--file" }]
      .compactMap(\.self)
  }

  /// The text that was given, or `nil` where none was: standard input is read for `-`, or when nothing else is given
  /// and something is piped in.
  ///
  /// - Parameter joinsInput: whether what a pipe or a file on standard input holds comes before the text, joined by a
  ///   newline.
  func read(
    argument: String?, joinsInput: Bool, console: Console
  ) throws(CommandFailure) -> String? {
    if let file { return try PromptText.read(file, console: console) }
    if let text = argument ?? prompt {
      if text == "-" { return try PromptText.readStandardInput(console: console) }
      guard joinsInput, FileIO.isPipeOrFile(STDIN_FILENO) else { return text }
      let input = try PromptText.readStandardInput(console: console)
      return input.isEmpty ? text : input + "\n" + text
    }
    guard PromptText.isPiped else { return nil }
    return try PromptText.readStandardInput(console: console)
  }

  func validate() throws { try requirePath(file, "--file") }
}

/// Refuses more than one source of text.
func requireOneSource(_ sources: [String]) throws(CommandFailure) {
  guard sources.count > 1 else { return }
  throw .usage("\(sources.joined(separator: " and ")) each give the text; give one of them")
}
