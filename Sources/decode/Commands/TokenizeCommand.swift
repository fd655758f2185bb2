import ArgumentParser
import JSON
import LanguageModeling
import Tokenization

/// `decode tokenize`: text to token ids.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Prints the token ids of a text, as generate would feed them.")

  @Argument(help: "The text; - reads standard input, and what is piped in beside it comes first.")
  var text: String?

  @OptionGroup var textOptions: TextOptions
  @OptionGroup var modelOptions: ModelOptions

  @Flag(name: .customLong("no-bos"), help: "Leaves out the beginning-of-sequence token.")
  var noBeginningOfSequence = false

  @OptionGroup var format: ReportFormatOptions
  @OptionGroup var consoleOptions: ConsoleOptions

  func run() throws {
    let console = consoleOptions.console
    try requireOneSource(textOptions.sources(argument: text, named: "TEXT"))
    guard
      let text = try textOptions.read(
        argument: text, joinsInput: true, console: console)
    else {
      throw CommandFailure.usage("there is no text; give TEXT, --file, or pipe it in")
    }
    let output = try ResultWriter(whole: format.out)
    let tokenizer = try modelOptions.loadTokenizer(console: console)
    var tokens = try reportingFailure {
      try tokenizer.encodePrompt(
        text, addingBeginningOfSequence: noBeginningOfSequence ? false : nil,
        parsingSpecialTokens: !textOptions.noParseSpecial)
    }
    if tokens.isEmpty, !noBeginningOfSequence, let first = tokenizer.beginningOfSequence {
      tokens = [first]  // what an empty prompt starts from
    }
    switch format.format {
    case .text:
      try output.writeLine(tokens.map(String.init).joined(separator: " "))
    case .json:
      let pieces = tokens.map { token -> JSONValue in
        .members([
          "id": .integer(Int(token)),
          "piece": tokenizer.piece(of: token).map(JSONValue.string) ?? .null,
        ])
      }
      try output.writeLine(
        JSONValue.members(["schema": .integer(1), "tokens": .array(pieces)]).text)
    }
    try output.finish()
  }
}
