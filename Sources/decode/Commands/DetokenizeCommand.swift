import ArgumentParser
import LanguageModeling
import Tokenization

/// `decode detokenize`: token ids to text.
struct DetokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detokenize",
    abstract: "Prints the text of token ids: what tokenize was given.",
    discussion: """
      A beginning-of-sequence token that tokenize puts first is left out; other special tokens are written out.
      """)

  @Argument(
    parsing: .remaining,
    help: "Token ids, separated by spaces or commas; - or none reads them from standard input.")
  var ids: [String] = []

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    help: ArgumentHelp("Writes the text to a file, not to standard output.", valueName: "path"),
    completion: .file())
  var out: String?

  @OptionGroup var consoleOptions: ConsoleOptions

  func validate() throws { try requirePath(out, "--out") }

  func run() throws {
    let console = consoleOptions.console
    var words = ids
    if ids == ["-"] || ids.isEmpty && PromptText.isPiped {
      words = try PromptText.readStandardInput(console: console)
        .split { $0.isWhitespace || $0 == "," }.map(String.init)
    }
    guard !words.isEmpty else {
      throw CommandFailure.usage("there are no token ids; give them like 403 407 or 403,407")
    }
    var tokens: [TokenID] = []
    for word in words { tokens += try NumberList.tokens(word, flag: "ID") }
    let tokenizer = try modelOptions.loadTokenizer(console: console)
    for token in tokens where Int(token) >= tokenizer.vocabularyCount {
      throw CommandFailure.usage(
        "token id \(token) is outside the vocabulary of \(tokenizer.vocabularyCount)"
          + " (0 to \(tokenizer.vocabularyCount - 1))")
    }
    if tokenizer.addsBeginningOfSequence, tokens.first == tokenizer.beginningOfSequence {
      tokens.removeFirst()
    }
    let output = try ResultWriter(whole: out)
    try output.writeLine(tokenizer.decode(tokens, skippingSpecialTokens: false))
    try output.finish()
  }
}
