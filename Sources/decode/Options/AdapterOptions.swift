import ArgumentParser
import JSON
import LanguageModeling

/// Which adapters a model runs with.
struct AdapterOptions: ParsableArguments {
  /// An adapter as it stands on the command line.
  struct Choice: Hashable {
    /// Its directory or file.
    var path: String
    /// The factor on its own scale.
    var scale: Float
  }

  @Option(
    name: [.long, .customLong("adapter-path")],
    help: ArgumentHelp(
      "A LoRA adapter: a directory of PEFT or a GGUF file; repeatable, the adapters add up.",
      valueName: "path"), completion: .file())
  var lora: [String] = []

  @Option(
    help: ArgumentHelp(
      "A LoRA adapter and a factor on its scale; repeatable.", valueName: "path:scale"),
    completion: .file())
  var loraScaled: [String] = []

  /// The adapters: those of `--lora`, then those of `--lora-scaled`, each in the order of the command line.
  var choices: [Choice] {
    lora.map { Choice(path: $0, scale: 1) } + loraScaled.compactMap(Self.scaled)
  }

  /// The mix that the options ask for; adapters go by their paths.
  var mix: AdapterMix {
    AdapterMix(choices.map { AdapterMix.Part(name: $0.path, weight: $0.scale) })
  }

  /// The adapters as the JSON of `generate` has them among the settings.
  var json: JSONValue {
    .array(
      choices.map { .members(["path": .string($0.path), "scale": .single($0.scale)]) })
  }

  func validate() throws {
    for path in lora { try requirePath(path, "--lora") }
    for text in loraScaled where Self.scaled(text) == nil {
      throw ValidationError(
        "--lora-scaled: “\(text)” is not a path, a colon and a finite number, such as tales:0.5")
    }
  }

  /// Splits at the last colon, for a path may hold some.
  private static func scaled(_ text: String) -> Choice? {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let scale = Float(text[text.index(after: colon)...]), scale.isFinite
    else { return nil }
    return Choice(path: String(text[..<colon]), scale: scale)
  }
}
