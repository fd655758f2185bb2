internal import Checkpoints
internal import Files
internal import JSON
public import LanguageModeling
public import Transformer

/// Writes a model with its adapters merged in, as a directory in Hugging Face layout that transformers loads.
public enum ModelMerger {
  /// The element types that can be written.
  public enum Precision: String, Hashable, Sendable, CaseIterable {
    /// Exact to rounding.
    case float32
    /// Half the size; merged weights are rounded to 8 bits of mantissa.
    case bfloat16

    fileprivate var weights: MergedWeights.Precision {
      self == .float32 ? .float32 : .bfloat16
    }
  }

  /// Merges `mix` into `model` and writes the directory: weights, `config.json`, and the files of the vocabulary and of
  /// generation as they are.
  ///
  /// The directory appears under its name only when it is whole. An embedding and an output head that were one tensor
  /// become two where an adapter changes only one of them.
  ///
  /// - Parameters:
  ///   - model: the transformer, with the adapters of the mix added.
  ///   - path: the directory in Hugging Face layout that it was loaded from, or its name in the hub's cache.
  ///   - precision: `nil`: that of the model's embedding, where it is bfloat16, else float32.
  ///   - directory: must not exist.
  /// - Throws: ``LoadError`` for a model of another layout, a place that exists or can't be written;
  ///   ``LoadError/unmergeable(path:reason:)`` for a mix that can't be merged.
  public static func merge(
    _ mix: AdapterMix, into model: TransformerModel, loadedFrom path: String,
    precision: Precision? = nil, writing directory: String
  ) throws(LoadError) {
    let path = try ModelLoader.locate(path)
    guard FileKind(path: path) == .directory else {
      throw .unmergeable(
        path: path,
        reason:
          "a GGUF model can't be merged into; give the model as a directory in Hugging Face layout")
    }
    let weights: MergedWeights
    do {
      weights = try MergedWeights(mix, of: model)
    } catch {
      throw .unmergeable(path: path, reason: "\(error)")
    }
    let precision = precision ?? (model.isBfloat16 ? .bfloat16 : .float32)
    var output = try LoadError.wrapping { () throws(FileError) in
      try OutputDirectory(path: directory)
    }
    let weightsPath = output.place(of: SafetensorsCheckpoint.singleFileName)
    do throws(CheckpointError) {
      try SafetensorsWriter.write(
        weights.tensors(precision.weights), metadata: ["format": "pt"],
        to: weightsPath)
    } catch .cannotWrite(let file, let reason) {
      throw .checkpoint(.cannotWrite(file: output.finalPath(of: file), reason: reason))
    } catch {
      throw .checkpoint(error)
    }
    let configuration = try configuration(
      at: path, precision: precision,
      tiesEmbeddings: weights.tiesEmbeddings == model.configuration.tiesEmbeddings
        ? nil : weights.tiesEmbeddings)
    do throws(FileError) {
      try output.write(Array(configuration.utf8), to: "config.json")
      for name in copiedFiles where FileKind.isTaken("\(path)/\(name)") {
        try output.copy("\(path)/\(name)", to: name)
      }
      try output.commit()
    } catch {
      throw .checkpoint(CheckpointError(error))
    }
  }

  /// What transformers saves beside weights and configuration.
  private static let copiedFiles = [
    "generation_config.json", "tokenizer.model", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
    "chat_template.jinja",
  ]

  /// `config.json` with what the merged weights changed.
  private static func configuration(
    at path: String, precision: Precision, tiesEmbeddings: Bool?
  ) throws(LoadError) -> String {
    let file = try JSONFile(path: "\(path)/config.json")
    // transformers 5 writes `dtype`, and reads both.
    let typeKey = file.value("dtype") == nil ? "torch_dtype" : "dtype"
    // What is written isn't quantised, whatever it was made from.
    let outdated = ["torch_dtype", "dtype", "quantization", "quantization_config"]
    var members = file.members.filter { !outdated.contains($0.key) }
    members.append(JSONMember(typeKey, .string(precision.rawValue)))
    if let tiesEmbeddings {
      members.removeAll { $0.key == "tie_word_embeddings" }
      members.append(JSONMember("tie_word_embeddings", .bool(tiesEmbeddings)))
    }
    let lines = members.map { "  \(JSONValue.string($0.key).text): \($0.value.text)" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }
}
