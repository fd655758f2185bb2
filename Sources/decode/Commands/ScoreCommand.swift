import ArgumentParser
import Generation
import Inference
import JSON
import LanguageModeling
import Metrics
import Models
import Tokenization

/// `decode score`: how probable a model finds a text.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Prints a text's log-probabilities, perplexity and bits per byte.")

  @Argument(help: "The text; - reads standard input.")
  var text: String?

  @OptionGroup var textOptions: TextOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Token ids, taken as they are.", valueName: "ids"))
  var promptTokens: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many of the most probable next tokens to list.", valueName: "n"))
  var topLogprobs = 5

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var adapterOptions: AdapterOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var format: ReportFormatOptions
  @OptionGroup var consoleOptions: ConsoleOptions

  func validate() throws {
    var sources = textOptions.sources(argument: text, named: "TEXT")
    if promptTokens != nil { sources.append("--prompt-tokens") }
    if sources.count > 1 {
      throw ValidationError(
        "\(sources.joined(separator: " and ")) each give the text; give one of them")
    }
    if topLogprobs < 0 {
      throw ValidationError(
        "--top-logprobs: \(topLogprobs) is not a number of tokens; give 0 or more")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    let given = try promptTokens.map { try NumberList.tokens($0, flag: "--prompt-tokens") }
    let read =
      given == nil ? try textOptions.read(argument: text, joinsInput: false, console: console) : nil
    guard given != nil || read != nil else {
      throw CommandFailure.usage("there is no text; give TEXT, --file, or pipe it in")
    }
    let output = try ResultWriter(whole: format.out)
    let model = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let tokenizer = model.loaded.tokenizer
    let tokens =
      try given
      ?? reportingFailure {
        try tokenizer.encodePrompt(
          read ?? "", parsingSpecialTokens: !textOptions.noParseSpecial)
      }
    let score = try reportingFailure {
      try model.score(tokens, alternatives: topLogprobs)
    }
    console.detail(
      "scored \(tokens.count) tokens in \(FixedPoint.text(score.seconds, places: 3)) s")
    let text = read ?? tokenizer.decode(tokens, skippingSpecialTokens: true)
    let report = ScoreReport(
      score: score, byteCount: text.utf8.count, threads: computeOptions.resolvedThreads,
      loadSeconds: model.loadSeconds, tokenizer: tokenizer)
    switch format.format {
    case .text: try output.write(report.text)
    case .json: try output.writeLine(report.json.text)
    }
    try output.finish()
  }
}
