import ArgumentParser

/// Prompts that are more than one text: files of them, token ids, turns of a chat.
struct PromptOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Continues many prompts together: a file with {\"prompt\": \"…\"} on each line; - reads standard input. Prints a line of JSON for each, in order.",
      valueName: "file"), completion: .file())
  var prompts: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The prompt as token ids joined by commas; nothing is added to them.", valueName: "ids"))
  var promptTokens: String?

  @Flag(
    help:
      "With --prompts, ignores members of a line that mean nothing here, as data sets have them.")
  var ignoreUnknownKeys = false

  @Flag(help: "With --prompts and --out, goes on after the lines that the output file holds.")
  var resume = false

  @Flag(help: "Takes the prompt as a user's turn in the model's chat template.")
  var chat = false

  @Option(
    help: ArgumentHelp(
      "A conversation to answer, in the model's chat template: a file with a JSON array of {\"role\": \"…\", \"content\": \"…\"}; - reads standard input.",
      valueName: "file"), completion: .file())
  var messages: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --chat or --messages, the system's turn, which comes first.", valueName: "text"))
  var system: String?

  func validate() throws {
    try requirePath(prompts, "--prompts")
    try requirePath(messages, "--messages")
    if prompts == nil, ignoreUnknownKeys {
      throw ValidationError("--ignore-unknown-keys is about the lines of --prompts; give that too")
    }
    if prompts == nil, resume {
      throw ValidationError("--resume goes on with a file of --prompts; give that and --out")
    }
  }
}
