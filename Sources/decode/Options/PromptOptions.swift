import ArgumentParser

/// Prompts that are more than one text: files of them, token ids, turns of a chat.
struct PromptOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One prompt a line, {\"prompt\": \"…\"}, in one batch; - reads standard input.",
      valueName: "file"))
  var prompts: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Token ids, fed as they are.", valueName: "ids"))
  var promptTokens: String?

  @Flag(help: "Takes the prompt as a user's turn in the model's chat template.")
  var chat = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --chat, the system's turn.", valueName: "text"))
  var system: String?
}
