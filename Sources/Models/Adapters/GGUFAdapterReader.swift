internal import Checkpoints
internal import Transformer

/// Reads an adapter from a GGUF file of llama.cpp's (`general.type` adapter, `adapter.type` lora): for a weight
/// `X` of the base the tensors `X.lora_a` and `X.lora_b`, and norms whole.
///
/// The scale is alpha / rank, with the rank of the tensors; alpha 0 means a scale of 1. llama.cpp's converter knows
/// nothing of rsLoRA: a file that it made of such an adapter is off by √rank, which nobody can see in the file; scale it
/// by √rank, or give the PEFT directory. Norms, which llama.cpp reads and leaves out, are applied.
struct GGUFAdapterReader {
  let file: GGUFFile
  /// The base's architecture, as the file spells it.
  let architecture: String
  let alpha: Double

  private static let factorSuffixes = [".lora_a", ".lora_b"]

  init(file: GGUFFile) throws(LoadError) {
    self.file = file
    let type = try Self.string("general.type", file)
    guard type == "adapter" else {
      throw .notAnAdapter(
        path: file.path, reason: "this GGUF holds a model, not an adapter; give it as the model")
    }
    guard let kind = try Self.string("adapter.type", file) else {
      throw .invalid(file: file.path, field: "“adapter.type”", reason: "is missing")
    }
    guard kind == "lora" else {
      throw .unsupported(
        file: file.path, field: "“adapter.type”", what: "an adapter of type “\(kind)” (lora is)")
    }
    if file.metadata["adapter.alora.invocation_tokens"] != nil {
      throw .unsupported(
        file: file.path, field: "“adapter.alora.invocation_tokens”",
        what: "an adapter that is switched on by tokens")
    }
    architecture = try LoadError.wrapping { () throws(CheckpointError) in
      try file.metadata.string("general.architecture")
    }
    // As llama.cpp reads it, a file without the key has 0 there.
    let alpha =
      try LoadError.wrapping { () throws(CheckpointError) in
        try file.metadata.floatIfPresent("adapter.lora.alpha")
      } ?? 0
    guard alpha.isFinite else {
      throw .invalid(file: file.path, field: "“adapter.lora.alpha”", reason: "is \(alpha)")
    }
    self.alpha = Double(alpha)
  }

  /// The adapter, for a base model of that shape.
  func adapter(
    for base: TransformerConfiguration, architecture wanted: Architecture?
  ) throws(LoadError) -> Adapter {
    guard let known = Architecture.named(gguf: architecture) else {
      throw .unsupported(
        file: file.path, field: "“general.architecture”",
        what: "an adapter for “\(architecture)” (\(Architecture.ggufNameList) are)")
    }
    if let wanted, wanted.ggufName != known.ggufName {
      throw .invalid(
        file: file.path, field: "“general.architecture”",
        reason: "the adapter is for “\(architecture)”, and the model is of “\(wanted.name)”")
    }
    let byName = Dictionary(
      known.ggufNames.modules(of: base).map { ($0.name, $0.module) },
      uniquingKeysWith: { first, _ in first })
    var changes: [ModuleChange] = []
    var seen: Set<ModelModule> = []
    for tensor in file.tensors {
      let (name, suffix) = Self.split(tensor.name)
      guard let module = byName[name] else {
        throw .invalid(
          file: file.path, field: "tensor '\(tensor.name)'",
          reason: "the model has no module “\(name)”: the adapter was made for another model")
      }
      var change = ModuleChange(module)
      if suffix.isEmpty {
        guard module.kind == .norm else {
          throw .unsupported(
            file: file.path, field: "tensor '\(tensor.name)'",
            what: "a whole weight in a GGUF adapter (norms are)")
        }
        change.weight = tensor
      } else {
        guard module.kind != .norm else {
          throw .unsupported(
            file: file.path, field: "tensor '\(tensor.name)'", what: "an update of a norm")
        }
        change.lowRank = try factors(of: module, name: name)
      }
      if seen.insert(module).inserted { changes.append(change) }
    }
    guard !changes.isEmpty else {
      throw .invalid(file: file.path, field: "the tensors", reason: "there are none")
    }
    return Adapter(
      path: file.path, naming: known.ggufNames, changes: changes)
  }

  private func factors(of module: ModelModule, name: String) throws(LoadError) -> LowRankFactors {
    let (down, up) = try LoadError.wrapping { () throws(CheckpointError) in
      (
        try file.requiredTensor(named: "\(name).weight.lora_a"),
        try file.requiredTensor(named: "\(name).weight.lora_b")
      )
    }
    guard up.shape.count == 2, up.shape[1] > 0 else {
      throw .invalid(
        file: file.path, field: "tensor '\(up.name)'", reason: "its shape is \(up.shape)")
    }
    return LowRankFactors(
      down: down, up: up, scale: scale(rank: up.shape[1]),
      downIsTransposed: module.kind == .embedding)
  }

  /// The factor on B A.
  func scale(rank: Int) -> Double { alpha == 0 ? 1 : alpha / Double(rank) }

  /// A tensor's name up to `.weight`, and the rest of it.
  static func split(_ name: String) -> (name: String, suffix: String) {
    let suffix = factorSuffixes.first(where: name.hasSuffix) ?? ""
    let rest = name.dropLast(suffix.count)
    return (String(rest.hasSuffix(".weight") ? rest.dropLast(7) : rest), suffix)
  }

  private static func string(_ key: String, _ file: GGUFFile) throws(LoadError) -> String? {
    try LoadError.wrapping { () throws(CheckpointError) in
      try file.metadata.stringIfPresent(key)
    }
  }
}
