import ArgumentParser
import Inference
import Models
import Transformer

/// `decode merge`: a model and adapters in, a model out.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Writes a model with its adapters merged in.",
    discussion: """
      The model is a directory in Hugging Face layout, and so is what is written: weights as safetensors, the \
      configuration, the vocabulary. It can be loaded here and by transformers.
      """)

  /// What weights are written in.
  enum ElementType: String, CaseIterable, ExpressibleByArgument {
    case bfloat16, float32

    var precision: ModelMerger.Precision { self == .bfloat16 ? .bfloat16 : .float32 }
  }

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var adapterOptions: AdapterOptions

  @Option(
    help: ArgumentHelp("The directory to write; must not exist.", valueName: "dir"),
    completion: .directory)
  var out: String

  @Option(
    help: "bfloat16 or float32. (default: bfloat16 where the model's weights are, else float32)")
  var dtype: ElementType?

  @OptionGroup var consoleOptions: ConsoleOptions

  func validate() throws {
    if adapterOptions.choices.isEmpty {
      throw ValidationError("there is nothing to merge; name adapters with --lora")
    }
  }

  func run() throws {
    let console = consoleOptions.console
    // Adapters are merged into the exact values, as they are stored.
    let model = try modelOptions.load(
      adapterOptions.choices, computeType: .float32, console: console)
    try reportingFailure {
      try ModelMerger.merge(
        model.adapter, into: model.loaded.model, loadedFrom: model.loaded.path,
        precision: dtype?.precision, writing: out)
    }
    console.detail("wrote \(out)")
  }
}
