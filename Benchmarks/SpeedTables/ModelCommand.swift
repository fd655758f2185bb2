public import ArgumentParser
import Checkpoints
public import LanguageModeling
import Models
import Transformer

/// `SpeedTables model`: tokens a second of one model over sequences and context, and what limits each end.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "A model's speed over batch and context, by decode bench.")

  @Argument(help: "A .gguf file.", completion: .file(extensions: ["gguf"]))
  var path: String

  @Option(
    help: ArgumentHelp(
      "One type of cache only: float32, float16 or int8. (default: a table for each)",
      valueName: "type"))
  var cacheType: CacheType?

  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var output: OutputOptions

  private static let sequences = [1, 2, 4, 8, 16, 32, 64]
  private static let contexts = [128, 512, 2048, 8192]
  private static let generated = 16

  private var cacheTypes: [CacheType] { cacheType.map { [$0] } ?? CacheType.allCases }

  func run() throws {
    try output.check(sections: cacheTypes.map(Self.section))
    let machine = Machine(threads: threadOptions.threads)
    let configuration = try ModelLoader.loadConfiguration(path: path)
    let limit = configuration.contextLength
    // What doesn't fit with the generated tokens is made to.
    let depths = Self.contexts.filter { $0 <= limit }.map { min($0, limit - Self.generated) }
    guard depths.allSatisfy({ $0 > 0 }), !depths.isEmpty else {
      throw Failure("\(path): a context of \(limit) tokens is too short for this table")
    }
    var limits = Limits(machine, threads: machine.threads)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let work = try ModelWork(file: try GGUFFile(path: path), configuration: configuration)
    for cacheType in cacheTypes {
      let grid = SpeedGrid(
        depths: depths, sequences: Self.sequences, generated: Self.generated, cacheType: cacheType)
      let speeds = try grid.measure(path, threads: machine.threads)
      limits.update(machine)
      let text = [
        machine.description,
        "`decode \(grid.arguments(path: name).joined(separator: " "))`, tokens a second:\n",
        grid.table(speeds),
        """
        A token reads \(Figure.text(work.weightBytes / 1e6, places: 1)) MB of weights and, for each position before it, \
        \(Figure.text(work.cachedBytes(cacheType) / 1e3, places: 1)) kB of keys and values, once for all sequences \
        that share them; it takes \(Figure.text(work.productOperations / 1e6)) million operations on integers and, for \
        each position, \(Figure.text(work.attentionOperations / 1e3, places: 1)) thousand on floats. At this machine's \
        limits (\(limits.description)) that would be, beside what a step takes:

        """,
        grid.limitsTable(speeds, work: work, limits: limits),
      ]
      try output.write(text.joined(separator: "\n"), section: Self.section(cacheType))
    }
  }

  private static func section(_ cacheType: CacheType) -> String { "model, \(cacheType.rawValue)" }
}

/// A flag's value by the type's own names.
extension CacheType: ExpressibleByArgument {}
