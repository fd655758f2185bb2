import ArgumentParser
import Checkpoints
import JSON
import Models

/// `decode inspect`: what a file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Prints what a model, adapter or vocabulary file holds.",
    discussion: """
      Takes a .gguf file, a .safetensors file, a directory in Hugging Face layout or of a PEFT adapter, a \
      tokenizer.model or a tokenizer.json.
      """)

  @Argument(
    help: "The file or directory, or ORG/NAME in the hub's cache on this machine.",
    completion: .file())
  var path: String

  @OptionGroup var format: ReportFormatOptions

  func run() throws {
    let output = try ResultWriter(whole: format.out)
    let inspection = try reportingFailure { try Self.inspect(path) }
    switch format.format {
    case .text: try output.write(inspection.text)
    case .json: try output.writeLine(inspection.json.text)
    }
    try output.finish()
  }

  private static func inspect(_ path: String) throws -> Inspection {
    switch FileIO.kind(of: path) {
    case .nothing:
      // A name in the hub's cache has the form of a path, `ORG/NAME`.
      guard path.split(separator: "/", omittingEmptySubsequences: false).count == 2,
        !path.hasPrefix("/")
      else { throw CommandFailure.failure("\(path): there is no such file or directory") }
      return try inspect(try ModelLoader.locate(path))
    case .directory:
      let isAdapter = FileIO.kind(of: "\(path)/adapter_config.json") == .file
      return try isAdapter ? Inspection(adapter: path) : Inspection(directory: path)
    case .file: break
    }
    if path.hasSuffix(".gguf") { return try Inspection(gguf: path) }
    if path.hasSuffix(".safetensors") { return try Inspection(safetensors: path) }
    if path.hasSuffix(".model") || path.hasSuffix(".json") {
      return try Inspection(vocabulary: path)
    }
    throw CommandFailure.failure(
      "\(path): its name ends in none of .gguf, .safetensors, .model and .json, so its format isn't known"
    )
  }
}
