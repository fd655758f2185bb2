internal import Checkpoints
internal import JSON

/// What an adapter's files say, without a base model to fit them to.
public struct AdapterSummary: Hashable, Sendable {
  /// The update of one module.
  public struct Module: Hashable, Sendable {
    /// The module as the files spell it: `model.layers.0.self_attn.q_proj`, `blk.0.attn_q`.
    public var name: String
    /// Rows of A.
    public var rank: Int
    /// The numerator of the scale.
    public var alpha: Double
    /// The factor on B A.
    public var scale: Double
  }

  /// `PEFT`, `mlx-lm` or `GGUF`.
  public var format: String
  /// The base model as whoever trained the adapter called it, or the architecture that a GGUF names.
  public var base: String?
  /// Whether the files ask for rsLoRA.
  public var isRankStabilized: Bool
  /// Whether the files ask for DoRA.
  public var usesDoRA: Bool
  /// The updates, in file order.
  public var modules: [Module]
  /// Names of tensors that take the place of the base model's own, in file order.
  public var replaced: [String]

  /// Reads the adapter at `path`, a directory of PEFT or mlx-lm, or a GGUF file.
  ///
  /// - Throws: ``LoadError`` for files that could not be used with any model.
  public init(path: String) throws(LoadError) {
    switch try AdapterFiles(path: path) {
    case .peft(let reader): self.init(reader)
    case .mlx(let reader): try self.init(reader)
    case .gguf(let file): self.init(try GGUFAdapterReader(file: file))
    }
  }

  private init(_ reader: PEFTAdapterReader) {
    let configuration = reader.configuration
    format = "PEFT"
    base = configuration.baseModel
    isRankStabilized = configuration.isRankStabilized
    usesDoRA = configuration.usesDoRA
    modules = []
    replaced = []
    for tensor in reader.file.tensorDescriptions {
      let prefix = PEFTAdapterReader.prefix
      let name =
        tensor.name.hasPrefix(prefix) ? String(tensor.name.dropFirst(prefix.count)) : tensor.name
      let downs = [".lora_A.weight", ".lora_embedding_A"]
      if let suffix = downs.first(where: name.hasSuffix) {
        let module = String(name.dropLast(suffix.count))
        let rank = max(tensor.shape.first ?? 1, 1)
        let alpha = configuration.alpha(of: module)
        modules.append(
          Module(
            name: module, rank: rank, alpha: alpha,
            scale: configuration.scale(alpha: alpha, rank: rank)))
      } else if !name.contains(".lora_") {
        replaced.append(name)
      }
    }
  }

  private init(_ reader: MLXAdapterReader) throws(LoadError) {
    format = "mlx-lm"
    base = try reader.configuration.string("model")
    isRankStabilized = false
    usesDoRA = reader.kind == .dora
    modules = []
    replaced = []
    for tensor in reader.file.tensorDescriptions {
      let (name, part) = MLXAdapterReader.split(tensor.name)
      if part == "lora_a" {
        let rank = max(tensor.shape.last ?? 1, 1)
        modules.append(
          Module(
            name: name, rank: rank, alpha: reader.scale * Double(rank), scale: reader.scale))
      } else if reader.kind == .full {
        replaced.append(tensor.name)
      }
    }
  }

  private init(_ reader: GGUFAdapterReader) {
    format = "GGUF"
    base = reader.architecture
    isRankStabilized = false
    usesDoRA = false
    modules = []
    replaced = []
    for tensor in reader.file.tensors {
      let (name, suffix) = GGUFAdapterReader.split(tensor.name)
      if suffix == ".lora_b" {
        let rank = max(tensor.shape.last ?? 1, 1)
        modules.append(
          Module(
            name: name, rank: rank, alpha: reader.alpha, scale: reader.scale(rank: rank)))
      } else if suffix.isEmpty {
        replaced.append(tensor.name)
      }
    }
  }
}
