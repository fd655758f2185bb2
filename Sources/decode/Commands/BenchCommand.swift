import ArgumentParser
import Inference
import JSON
import LanguageModeling
import Metrics
import Models
import Transformer

/// `decode bench`: how fast a model reads and writes.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures prompt and generation speed, in llama-bench's terms.",
    discussion: """
      pp256 reads a prompt of 256 tokens at once; tg64 adds 64 tokens, one at a time, to a prompt of 128; tg64x16 does \
      so for 16 sequences that share the prompt: its keys and values are kept once, and each sequence has its own \
      tokens after it. With --depth, that many tokens stand in the context before a test, of either kind, and \
      pp256 @ d1024 is 256 tokens after 1024; the time to read those isn't counted. Tokens are random. Each test is \
      warmed up once, then repeated; speeds are means, with the standard deviation. JSON has best and median too.
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var adapterOptions: AdapterOptions
  @OptionGroup var computeOptions: ComputeOptions

  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional,
    help: ArgumentHelp("Prompt sizes, joined by commas; 0 for none.", valueName: "n,…"))
  var promptSizes = "512"

  @Option(
    name: [.customShort("n"), .long], parsing: .unconditional,
    help: ArgumentHelp("Generation lengths, joined by commas; 0 for none.", valueName: "n,…"))
  var generationLengths = "128"

  @Option(
    name: [.customShort("b"), .long], parsing: .unconditional,
    help: ArgumentHelp("Batch sizes, joined by commas.", valueName: "n,…"))
  var batchSizes = "1"

  @Option(
    name: [.customShort("d"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "Tokens in the context before each test, joined by commas; llama-bench's --n-depth. (default: 0 for prompts, 128 for generation)",
      valueName: "n,…"))
  var depth: String?

  @Option(
    name: [.customShort("r"), .long], parsing: .unconditional,
    help: ArgumentHelp("Repetitions of each test.", valueName: "n"))
  var repetitions = 5

  @OptionGroup var format: ReportFormatOptions
  @OptionGroup var consoleOptions: ConsoleOptions

  func validate() throws {
    if !(1...1000).contains(repetitions) {
      throw ValidationError(
        "--repetitions: \(repetitions) is not a number of repetitions; give 1 to 1000")
    }
  }

  func run() throws {
    let tests = try makeTests()
    let output = try ResultWriter(whole: format.out)
    let console = consoleOptions.console
    let model = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let limit = model.contextLength
    for test in tests where test.maximumSequenceLength > limit {
      throw CommandFailure.usage(
        "\(test.name) needs a context of \(test.maximumSequenceLength) tokens and this one holds \(limit);"
          + " give smaller sizes")
    }
    var measurement = try reportingFailure {
      try SpeedMeasurement(
        model: model.loaded.model, adapter: model.adapter, options: model.options)
    }
    var results: [SpeedResult] = []
    for test in tests {
      let result = try reportingFailure { try measurement.run(test, repetitions: repetitions) }
      console.detail("\(test.name): \(result.samples.map { FixedPoint.text($0, places: 1) })")
      results.append(result)
    }
    let report = SpeedReport(
      model: model.name, threads: computeOptions.resolvedThreads,
      computeType: model.loaded.model.computeType.rawValue,
      cacheType: computeOptions.cacheType.rawValue, results: results)
    switch format.format {
    case .text: try output.write(report.text)
    case .json: try output.writeLine(report.json.text)
    }
    try output.finish()
  }

  private func makeTests() throws(CommandFailure) -> [SpeedTest] {
    let prompts = try NumberList.counts(promptSizes, in: 0...1_000_000, flag: "--prompt-sizes")
    let lengths = try NumberList.counts(
      generationLengths, in: 0...1_000_000, flag: "--generation-lengths")
    let batches = try NumberList.counts(batchSizes, in: 1...1024, flag: "--batch-sizes")
    let depths = try depth.map { text throws(CommandFailure) in
      try NumberList.counts(text, in: 0...1_000_000, flag: "--depth")
    }
    // One depth after the other, so that its context is read once.
    var tests: [SpeedTest] = []
    for depth in depths.map({ $0.map(Optional.some) }) ?? [nil] {
      tests += prompts.filter { $0 > 0 }.map { SpeedTest(.prompt($0), depth: depth) }
      for length in lengths where length > 0 {
        tests += batches.map {
          SpeedTest(.generation(length: length, sequences: $0), depth: depth)
        }
      }
    }
    guard !tests.isEmpty else {
      throw .usage("there is nothing to measure; give -p or -n above 0")
    }
    return tests
  }
}
