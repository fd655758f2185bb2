internal import Checkpoints
internal import JSON
internal import Transformer

/// Reads an adapter from a directory of mlx-lm: `adapter_config.json` with keys of its own, and `adapters.safetensors`.
///
/// For a module X the tensors are `X.lora_a`, `[inputs, rank]`, and `X.lora_b`, `[rank, outputs]`: PEFT's transposed. The
/// update is `scale` · (A B)ᵀ: the scale is the file's and isn't divided by the rank. With `fine_tune_type` `dora` there
/// is `X.m`, the magnitudes; with `full`, whole weights. As in mlx-lm 0.32 (`load_adapters`), what changes is what the
/// tensors name, and each must lie within the layers and keys that the configuration names.
struct MLXAdapterReader {
  /// What was trained.
  enum Kind: String, CaseIterable {
    case lora, dora, full
  }

  /// The name of the weights.
  static let weightsName = "adapters.safetensors"

  let path: String
  let file: SafetensorsFile
  let configuration: JSONFile
  let kind: Kind
  /// The rows of B; `nil` for whole weights.
  let rank: Int?
  /// The factor on the update.
  let scale: Double
  /// The number of layers, counted from the last, that the adapter is for; `nil`: all.
  private let layerCount: Int?
  /// The modules of a layer, or of the model, that the adapter is for; `nil`: all.
  private let keys: [String]?

  /// Whether a directory with this configuration is mlx-lm's, and not PEFT's.
  static func isWritten(_ configuration: JSONFile) -> Bool {
    configuration["peft_type"] == nil
      && (configuration["lora_parameters"] != nil || configuration["fine_tune_type"] != nil)
  }

  init(path: String, configuration: JSONFile) throws(LoadError) {
    self.path = path
    self.configuration = configuration
    let name = try configuration.string("fine_tune_type") ?? Kind.lora.rawValue
    guard let kind = Kind(rawValue: name) else {
      throw configuration.unsupported("fine_tune_type", "“\(name)” (lora, dora and full are)")
    }
    self.kind = kind
    // Older releases called it by the second name.
    let key = configuration["num_layers"] == nil ? "lora_layers" : "num_layers"
    let count = try configuration.integer(key)
    layerCount = count.flatMap { $0 > 0 ? $0 : nil }
    if kind == .full {
      (rank, scale, keys) = (nil, 1, nil)
    } else {
      let key = "lora_parameters"
      guard let parameters = try configuration.object(key) else {
        throw configuration.invalid(key, "is missing")
      }
      guard let scale = try parameters.double("scale"), scale.isFinite else {
        throw parameters.invalid("scale", "must be a finite number")
      }
      guard let rank = try parameters.integer("rank"), rank > 0 else {
        throw parameters.invalid("rank", "must be a rank of 1 or more")
      }
      (self.rank, self.scale) = (rank, scale)
      keys = try Self.keys(parameters)
    }
    file = try LoadError.wrapping { () throws(CheckpointError) in
      try SafetensorsFile(path: "\(path)/\(Self.weightsName)")
    }
  }

  private static func keys(_ parameters: JSONFile) throws(LoadError) -> [String]? {
    guard let value = parameters["keys"] else { return nil }
    guard case .array(let elements) = value else {
      throw parameters.invalid("keys", "must be a list of names, not \(value.kind)")
    }
    return try elements.map { element throws(LoadError) in
      guard case .string(let name) = element else {
        throw parameters.invalid("keys", "must hold names, not \(element.kind)")
      }
      return name
    }
  }

  /// The adapter, for a base model of that shape.
  func adapter(for base: TransformerConfiguration) throws(LoadError) -> Adapter {
    let byName = Dictionary(
      base.moduleNames.modules(of: base).map { ($0.name, $0.module) },
      uniquingKeysWith: { first, _ in first })
    var changes: [ModuleChange] = []
    var seen: Set<String> = []
    for tensor in file.tensorNames {
      let (name, part) = Self.split(tensor)
      guard let module = byName[name], isMeant(module, of: base) else {
        throw invalid(
          tensor,
          "this model of \(base.layerCount) layers has no place for it: "
            + "the adapter was made for another model")
      }
      if kind == .full {
        guard part == "weight" || (part == "bias" && base.hasBias(module)) else {
          throw invalid(
            tensor, "is no weight of this model: the adapter was made for another model")
        }
      } else {
        guard ["lora_a", "lora_b", "m"].contains(part), module.kind != .norm else {
          throw invalid(tensor, "is no part of an update (lora_a, lora_b and, with DoRA, m are)")
        }
        guard part != "m" || kind == .dora else {
          throw invalid(tensor, "is DoRA's, and adapter_config.json doesn't name DoRA")
        }
      }
      guard seen.insert(name).inserted else { continue }
      var change = ModuleChange(module)
      if kind == .full {
        change.weight = try wholeTensor("\(name).weight")
        change.bias = try wholeTensor("\(name).bias")
      } else {
        change.lowRank = try factors(of: module, name: name)
      }
      changes.append(change)
      // mlx-lm's embedding, where it is the output head too, is updated for both uses.
      if module == .embedding, base.tiesEmbeddings {
        changes.append(try headChange(with: change))
      }
    }
    guard !changes.isEmpty else {
      throw .invalid(file: file.path, field: "the tensors", reason: "there are none")
    }
    return Adapter(path: path, naming: base.moduleNames, changes: changes)
  }

  /// Whether the configuration has a place for a module.
  private func isMeant(_ module: ModelModule, of base: TransformerConfiguration) -> Bool {
    let name = base.name(of: module)
    guard case .layer(let layer, _) = module else {
      return kind == .full || keys?.contains(name) == true
    }
    if let layerCount, layer < base.layerCount - layerCount, keys?.contains(name) != true {
      return false
    }
    guard let keys else { return true }
    return keys.contains { name == $0 || name == "\(base.moduleNames.layers)\(layer).\($0)" }
  }

  private func headChange(with change: ModuleChange) throws(LoadError) -> ModuleChange {
    var head = ModuleChange(.outputHead)
    head.weight = change.weight
    if let factors = change.lowRank {
      // The embedding's A is `[vocabulary, rank]`: the head's B; and its B, `[rank, hidden]`, the head's A.
      head.lowRank = LowRankFactors(
        down: try factors.up.transposed(), up: factors.down, scale: scale)
    }
    return head
  }

  private func factors(of module: ModelModule, name: String) throws(LoadError) -> LowRankFactors {
    let first = try required("\(name).lora_a")
    let second = try required("\(name).lora_b")
    guard first.shape.count == 2, second.shape.count == 2, first.shape[1] == rank,
      second.shape[0] == rank
    else {
      throw invalid(
        first.name,
        "the shapes of its factors are \(first.shape) and \(second.shape), "
          + "and adapter_config.json gives them the rank \(rank ?? 0)")
    }
    var factors = LowRankFactors(
      down: first, up: try second.transposed(), scale: scale, downIsTransposed: true)
    if kind == .dora {
      guard module.kind == .linear else {
        throw configuration.unsupported("fine_tune_type", "DoRA of an embedding as mlx-lm has it")
      }
      factors.magnitude = try required("\(name).m")
    }
    return factors
  }

  private func wholeTensor(_ name: String) throws(LoadError) -> TensorView? {
    guard file.tensorNames.contains(name) else { return nil }
    return try required(name)
  }

  private func required(_ name: String) throws(LoadError) -> TensorView {
    try LoadError.wrapping { () throws(CheckpointError) in try file.requiredTensor(named: name) }
  }

  private func invalid(_ tensor: String, _ reason: String) -> LoadError {
    .invalid(file: file.path, field: "tensor '\(tensor)'", reason: reason)
  }

  /// A tensor's name up to its last dot, and what follows.
  static func split(_ name: String) -> (module: String, part: String) {
    guard let dot = name.lastIndex(of: ".") else { return (name, "") }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }
}
