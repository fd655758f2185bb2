import ArgumentParser
import LanguageModeling
import Models
import Transformer

/// Which model.
struct ModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "A .gguf file, a directory in Hugging Face layout, or ORG/NAME in the hub's cache on this machine. (default: $DECODE_MODEL, else the embedded model)",
      valueName: "path"), completion: .file())
  var model: String?

  func validate() throws { try requirePath(model, "--model") }

  /// The path of the model, or `nil` for the embedded one.
  var path: String? {
    model
      ?? Environment["DECODE_MODEL"].flatMap { $0.isEmpty ? nil : HomeDirectory.expanding($0) }
  }
}

/// Refuses an empty path, which no error could name.
func requirePath(_ path: String?, _ flag: String) throws {
  guard path?.isEmpty == true else { return }
  throw ValidationError("\(flag): the path is empty; give one, or leave the flag out")
}

/// How a model computes.
struct ComputeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What weights are multiplied in: float32, int8, or auto: int8 for quantised files, else float32.",
      valueName: "type"))
  var computeType = ComputeType.auto

  @Option(
    help: ArgumentHelp(
      "What keys and values of attention are kept in: float32, float16 or int8.", valueName: "type")
  )
  var cacheType = CacheType.float32

  @Option(
    name: [.customShort("t"), .long], parsing: .unconditional,
    help: ArgumentHelp("Number of threads. (default: physical cores)", valueName: "n"))
  var threads: Int?

  @Option(
    name: [.customShort("c"), .long, .customLong("ctx-size")], parsing: .unconditional,
    help: ArgumentHelp(
      "Longest sequence, in tokens, prompt included. (default: the model's)", valueName: "n"))
  var contextLength: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: \(threads) is not a number of threads; give 1 to 1024")
    }
    if let contextLength, contextLength < 1 {
      throw ValidationError(
        "--context-length: \(contextLength) is not a length; give 1 or more tokens")
    }
  }
}
