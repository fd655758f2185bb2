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
    abstract: "Prints a text's log-probabilities, perplexity and bits per byte.",
    discussion: """
      A text that is longer than the context is read in windows that overlap. With --texts, a continuation is split from \
      its context as lm-evaluation-harness does it, and what all texts come to stands on standard error.
      """)

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

  @OptionGroup var scoringOptions: ScoringOptions
  @OptionGroup var promptCacheOptions: PromptCacheOptions
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
    if scoringOptions.texts != nil {
      if let other = sources.first {
        throw ValidationError("--texts and \(other) each give texts; give one of them")
      }
      if format.requested == .text {
        throw ValidationError("--texts prints a JSON line for each text; leave --format text out")
      }
      if scoringOptions.resume, format.out == nil {
        throw ValidationError("--resume goes on with the file of --out; give that too")
      }
    } else if promptCacheOptions.promptCache != nil {
      throw ValidationError(
        "--prompt-cache is for the contexts of --texts; a text alone is read whole for its scores")
    }
    if topLogprobs < 0 {
      throw ValidationError(
        "--top-logprobs: \(topLogprobs) is not a number of tokens; give 0 or more")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    if let texts = scoringOptions.texts { return try scoreAll(texts, console: console) }
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
    let windows = try scoringOptions.windows(of: model)
    let score = try reportingFailure {
      try model.score(tokens, alternatives: topLogprobs, windows: windows)
    }
    console.detail(
      "scored \(tokens.count) tokens in \(FixedPoint.text(score.seconds, places: 3)) s")
    let text = read ?? tokenizer.decode(tokens, skippingSpecialTokens: true)
    let report = ScoreReport(
      score: score, windows: windows, byteCount: text.utf8.count,
      threads: computeOptions.resolvedThreads,
      loadSeconds: model.loadSeconds, tokenizer: tokenizer)
    switch format.format {
    case .text: try output.write(report.text)
    case .json: try output.writeLine(report.json.text)
    }
    try output.finish()
  }

  /// Scores the texts of a file.
  private func scoreAll(_ path: String, console: Console) throws(CommandFailure) {
    var likelihoods: [Likelihood] = []
    let output = try writer(notingIn: &likelihoods)
    let file = try ScoringFile(
      path, after: output.keptLineCount, ignoresUnknown: scoringOptions.ignoreUnknownKeys)
    let model = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let windows = try scoringOptions.windows(of: model)
    let cache = try promptCacheOptions.cache(for: model)
    let mode = scoringOptions.progress ?? .auto
    let total = mode.resolved(console) == .none ? nil : try PromptsFile.count(path)
    let run = ScoringRun(
      model: model,
      scorer: try reportingFailure { try TextScorer(model, windows: windows) },
      output: output,
      progress: BatchProgress(
        mode, total: total, done: output.keptLineCount, of: "texts", console: console),
      console: console, parsesSpecialTokens: !textOptions.noParseSpecial)
    try run.run(file, cache: cache, after: likelihoods)
  }

  /// Where the scores of a file of texts go.
  ///
  /// - Parameter likelihoods: gets those of the texts whose scores are there.
  private func writer(
    notingIn likelihoods: inout [Likelihood]
  ) throws(CommandFailure) -> ResultWriter {
    guard scoringOptions.resume, let out = format.out else {
      return try ResultWriter(path: format.out)
    }
    var kept: [Likelihood] = []
    let writer = try ResultWriter(resuming: out, of: "--texts") { line in
      guard let likelihood = Likelihood(ofScores: line) else { return .foreign }
      kept.append(likelihood)
      return .whole
    }
    likelihoods = kept
    return writer
  }
}
