internal import Checkpoints
internal import Files

/// Opens the weights of a directory in Hugging Face layout, or says what stands there in their place.
enum WeightFiles {
  /// The weights in safetensors.
  ///
  /// - Parameter quantization: how mlx quantised them; `nil`: it didn't.
  /// - Throws: ``LoadError`` that names the files of another format, and what to run.
  static func open(
    directory path: String, quantization: MLXQuantization? = nil
  ) throws(LoadError) -> any TensorSource {
    let names = [SafetensorsCheckpoint.singleFileName, SafetensorsCheckpoint.indexName]
    guard names.contains(where: { FileKind.isTaken("\(path)/\($0)") }) else {
      throw .notAModel(path: path, reason: reason(FileKind.names(inDirectory: path), path: path))
    }
    return try LoadError.wrapping { () throws(CheckpointError) in
      let checkpoint = try SafetensorsCheckpoint(directory: path)
      guard let quantization else { return checkpoint }
      return try MLXCheckpoint(checkpoint, quantization: quantization)
    }
  }

  /// Why a directory with these files and no weights in safetensors can't be used.
  private static func reason(_ names: [String], path: String) -> String {
    func first(_ ends: String...) -> String? {
      names.first { name in ends.contains { name.hasSuffix($0) } }
    }
    let needs =
      "has neither \(SafetensorsCheckpoint.singleFileName) nor "
      + SafetensorsCheckpoint.indexName
    if let shard = first(".safetensors") {
      return shard.contains("-of-")
        ? "\(needs), which says what is in \(shard) and the others; download it too"
        : "\(needs), only \(shard), whose tensors may go by other names; "
          + "download the model in Hugging Face layout"
    }
    if let file = first(".gguf") {
      return "\(needs), but GGUF files; give one of them: \(path)/\(file)"
    }
    if let file = names.first(where: isPyTorch) {
      return "has its weights in \(file) alone, PyTorch's pickle format, "
        + "which is not read because it can run code. "
        + "Where you trust it, write it as safetensors, in Python with transformers: "
        + "AutoModelForCausalLM.from_pretrained(\"\(path)\").save_pretrained(\"NEW\")"
    }
    if let file = first(".h5", ".msgpack", ".npz", ".onnx") {
      return "\(needs), but \(file), a format that is not read; download the model as safetensors"
    }
    return "\(needs); the weights are missing: was the download completed?"
  }

  private static func isPyTorch(_ name: String) -> Bool {
    [".bin", ".bin.index.json", ".pt", ".pth", ".ckpt"].contains { name.hasSuffix($0) }
      && name != "training_args.bin"
  }
}
