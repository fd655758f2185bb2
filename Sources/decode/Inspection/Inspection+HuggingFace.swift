import Checkpoints
import JSON

extension Inspection {
  /// A single safetensors file.
  init(safetensors path: String) throws(CheckpointError) {
    let file = try SafetensorsFile(path: path)
    self.init(path: path, format: "safetensors")
    metadata = file.metadata.sorted { $0.key < $1.key }.map {
      .init($0.key, .string($0.value))
    }
    tensors = file.tensorDescriptions
  }

  /// A directory in Hugging Face layout.
  init(directory path: String) throws {
    self.init(path: path, format: "Hugging Face directory")
    let configuration = "\(path)/config.json"
    let value: JSONValue
    do {
      value = try JSONValue(parsing: try FileIO.readFile(configuration), dialect: .python)
    } catch let error as JSONSyntaxError {
      throw CommandFailure.failure("\(configuration): is not JSON: \(error)")
    }
    guard let members = value.members else {
      throw CommandFailure.failure("\(configuration): is not a JSON object")
    }
    metadata = members
    architecture = value["model_type"]?.string
    tensors = try SafetensorsCheckpoint(directory: path).tensorDescriptions
    tokenizer = try Self.tokenizer(in: path)
  }

  private static func tokenizer(in directory: String) throws -> (kind: String, count: Int?)? {
    for name in ["tokenizer.model", "tokenizer.json"] {
      let path = "\(directory)/\(name)"
      if FileIO.kind(of: path) == .file { return try Inspection(vocabulary: path).tokenizer }
    }
    return nil
  }
}
