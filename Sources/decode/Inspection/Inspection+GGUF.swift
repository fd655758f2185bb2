import Checkpoints
import JSON
import Models

extension Inspection {
  /// A GGUF file.
  init(gguf path: String) throws {
    let file = try GGUFFile(path: path)
    self.init(path: path, format: "GGUF v\(file.version)")
    architecture = try? file.metadata.string("general.architecture")
    if let kind = try? file.metadata.string("tokenizer.ggml.model") {
      var count: Int?
      if case .array(let tokens)? = file.metadata["tokenizer.ggml.tokens"] { count = tokens.count }
      tokenizer = (kind, count)
    }
    for (key, value) in file.metadata {
      metadata.append(.init(key, try JSONValue(value)))
    }
    tensors = file.tensorDescriptions
    if (try? file.metadata.string("general.type")) == "adapter" {
      adapter = try AdapterSummary(path: path)
    }
  }
}

extension JSONValue {
  /// Arrays longer than this are told by their length alone.
  private static let longestArray = 16

  /// A metadata value.
  fileprivate init(_ value: GGUFValue) throws(CheckpointError) {
    switch value {
    case .bool(let flag): self = .bool(flag)
    case .uint64(let number): self = .unsigned(number)
    case .float32(let number): self = .single(number)
    case .float64(let number): self = .number(number)
    case .string(let string):
      self = .string(string.text ?? string.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    case .array(let array):
      guard array.count <= Self.longestArray else {
        self = .members(["count": .integer(array.count)])
        return
      }
      var elements: [JSONValue] = []
      try array.forEach { (_, element) throws(CheckpointError) in
        elements.append(try JSONValue(element))
      }
      self = .array(elements)
    default: self = value.integer.map(JSONValue.integer) ?? .null
    }
  }
}
