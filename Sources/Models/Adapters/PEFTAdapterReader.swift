internal import Checkpoints
internal import Files
internal import JSON
internal import Transformer

/// Reads an adapter from a directory of PEFT: `adapter_config.json` and `adapter_model.safetensors`.
///
/// Which modules have which tensors follows from the configuration and the base model, as in PEFT 0.21.2, and is
/// compared with what is there: a tensor that is missing is an error, and so is one that isn't used.
struct PEFTAdapterReader {
  let path: String
  let configuration: PEFTConfiguration
  let file: SafetensorsFile

  /// What stands before the name of a module in `transformers`.
  static let prefix = "base_model.model."

  init(path: String, configuration file: JSONFile) throws(LoadError) {
    self.path = path
    configuration = try PEFTConfiguration(file)
    let weights = "\(path)/adapter_model.safetensors"
    if !FileKind.isTaken(weights), FileKind.isTaken("\(path)/adapter_model.bin") {
      throw .unsupported(
        file: "\(path)/adapter_model.bin", field: "format",
        what: "PyTorch's pickle format (save the adapter with safe_serialization=True);")
    }
    self.file = try LoadError.wrapping { () throws(CheckpointError) in
      try SafetensorsFile(path: weights)
    }
  }

  /// The adapter, for a base model of that shape.
  func adapter(for base: TransformerConfiguration) throws(LoadError) -> Adapter {
    var plan = PEFTAdapterPlan(reader: self, base: base)
    try plan.addTargets()
    try plan.addParameters()
    try plan.addSavedModules()
    try plan.addNewRows()
    try plan.addBiases()
    try plan.addBaseWeights()
    try plan.checkThatAllIsUsed()
    return Adapter(path: path, naming: base.moduleNames, changes: plan.changes)
  }
}

/// What an adapter changes, module by module, while its tensors are found.
struct PEFTAdapterPlan {
  let reader: PEFTAdapterReader
  let base: TransformerConfiguration
  let tree: ModuleTree
  var byModule: [ModelModule: ModuleChange] = [:]
  private var order: [ModelModule] = []
  private var used: Set<String> = []

  init(reader: PEFTAdapterReader, base: TransformerConfiguration) {
    self.reader = reader
    self.base = base
    tree = ModuleTree(base)
  }

  var configuration: PEFTConfiguration { reader.configuration }

  /// The changes, in the order in which they were found.
  var changes: [ModuleChange] { order.compactMap { byModule[$0] } }

  /// The low-rank updates of the modules that the configuration targets.
  mutating func addTargets() throws(LoadError) {
    var count = 0
    let targets = try self.targets()
    for (name, module) in tree.modules where targets.contains(name) {
      guard let module, module.kind != .norm else {
        throw configuration.file.unsupported(
          "target_modules",
          "an update of “\(name)”, which is neither a projection nor an embedding,")
      }
      count += 1
      let factors = try factors(of: module, name: name)
      change(module) { $0.lowRank = factors }
    }
    guard count > 0 || !configuration.parameters.isEmpty else {
      throw configuration.file.invalid(
        "target_modules", "names no module of this model: the adapter was made for another model")
    }
  }

  /// The modules that are stored whole (`modules_to_save`).
  mutating func addSavedModules() throws(LoadError) {
    var ends = configuration.savedModules
    if configuration.ensuresWeightTying, base.tiesEmbeddings,
      ends.contains(where: Self.isEmbeddingName),
      let other = Self.tiedNames.first(where: { !ends.contains($0) })
    {
      ends.append(other)
    }
    for end in ends {
      let roots = tree.modules.filter { $0.name.hasSuffix(end) }.map(\.name)
      guard !roots.isEmpty else {
        throw configuration.file.invalid("modules_to_save", "“\(end)” is no module of this model")
      }
      for (name, module) in tree.modules {
        guard let module, byModule[module] == nil,
          roots.contains(where: { name == $0 || name.hasPrefix("\($0).") })
        else { continue }
        let weight = try tensor("\(name).weight")
        let bias = base.hasBias(module) ? try tensor("\(name).bias") : nil
        change(module) {
          $0.weight = weight
          $0.bias = bias
        }
      }
    }
  }

  /// The base model's biases, where they were trained.
  mutating func addBiases() throws(LoadError) {
    guard configuration.bias != .none else { return }
    for (_, module) in base.moduleNames.modules(of: base) where base.hasBias(module) {
      let isTarget = byModule[module]?.lowRank != nil
      guard configuration.bias == .all || isTarget, byModule[module]?.weight == nil else {
        continue
      }
      let bias = try tensor("\(base.name(of: module))\(isTarget ? ".base_layer" : "").bias")
      change(module) { $0.bias = bias }
    }
  }

  /// The embedding and the output head, which PEFT stores beside an update of them, and after the vocabulary was
  /// resized: they take the place of the base model's, and where that uses one for both, of both.
  mutating func addBaseWeights() throws(LoadError) {
    for module in [ModelModule.embedding, .outputHead] where byModule[module]?.weight == nil {
      let name = baseWeightName(module)
      guard holds(name) else { continue }
      let weight = try tensor(name)
      change(module) { $0.weight = weight }
      let twin: ModelModule = module == .embedding ? .outputHead : .embedding
      if base.tiesEmbeddings, byModule[twin]?.weight == nil, !holds(baseWeightName(twin)) {
        change(twin) { $0.weight = weight }
      }
    }
  }

  /// What the file calls the base's own weight of a module, beside what the adapter does to it.
  private func baseWeightName(_ module: ModelModule) -> String {
    let change = byModule[module]
    let wrapper =
      change?.rows != nil
      ? ".token_adapter.base_layer" : change?.lowRank != nil ? ".base_layer" : ""
    return "\(base.name(of: module))\(wrapper).weight"
  }

  /// Refuses tensors that nothing above asked for.
  func checkThatAllIsUsed() throws(LoadError) {
    for name in reader.file.tensorNames where !used.contains(name) {
      throw .invalid(
        file: reader.file.path, field: "tensor '\(name)'",
        reason: "this model has no place for it: the adapter was made for another model, "
          + "or adapter_config.json was changed"
      )
    }
  }

  mutating func change(_ module: ModelModule, _ body: (inout ModuleChange) -> Void) {
    if byModule[module] == nil { order.append(module) }
    body(&byModule[module, default: ModuleChange(module)])
  }

  func holds(_ name: String) -> Bool {
    reader.file.tensorNames.contains(PEFTAdapterReader.prefix + name)
  }

  mutating func tensor(_ name: String) throws(LoadError) -> TensorView {
    let name = PEFTAdapterReader.prefix + name
    used.insert(name)
    guard reader.file.tensorNames.contains(name) else {
      throw .invalid(
        file: reader.file.path, field: "tensor '\(name)'",
        reason: "is missing, and this model of \(base.layerCount) layers calls for it: "
          + "the adapter was made for another model, or is not complete")
    }
    return try LoadError.wrapping { () throws(CheckpointError) in
      try reader.file.requiredTensor(named: name)
    }
  }

  mutating func factors(
    of module: ModelModule, name: String
  ) throws(LoadError) -> LowRankFactors {
    let isEmbedding = module.kind == .embedding
    let down = try tensor(isEmbedding ? "\(name).lora_embedding_A" : "\(name).lora_A.weight")
    let up = try tensor(isEmbedding ? "\(name).lora_embedding_B" : "\(name).lora_B.weight")
    let rank = configuration.rank(of: name)
    try checkRank(rank, of: down, name)
    var factors = LowRankFactors(
      down: down, up: up,
      scale: configuration.scale(alpha: configuration.alpha(of: name), rank: rank))
    if configuration.usesDoRA {
      // Some releases of PEFT added “.weight”.
      let plain = "\(name).lora_magnitude_vector"
      factors.magnitude = try tensor(holds("\(plain).weight") ? "\(plain).weight" : plain)
    }
    if configuration.hasUpBias {
      guard !isEmbedding else {
        throw configuration.file.unsupported("lora_bias", "a bias in the update of an embedding")
      }
      factors.upBias = try tensor("\(name).lora_B.bias")
    }
    return factors
  }
}

extension PEFTAdapterPlan {
  /// Refuses a first factor that has another rank than the configuration gives what is called `name`.
  func checkRank(_ rank: Int, of down: TensorView, _ name: String) throws(LoadError) {
    guard down.shape.first == rank, down.shape.count == 2 else {
      throw .invalid(
        file: reader.file.path, field: "tensor '\(down.name)'",
        reason: "its shape is \(down.shape), and adapter_config.json gives \(name) the rank \(rank)"
      )
    }
  }

  /// The ends of the names of an embedding and of its output head.
  private static let tiedNames = ["embed_tokens", "lm_head"]

  private static func isEmbeddingName(_ name: String) -> Bool {
    tiedNames.contains { name == $0 || name.hasSuffix(".\($0)") }
  }

  /// The names of the modules that the configuration asks an update for. With `ensure_weight_tying`, an embedding and an
  /// output head that are one tensor go together, unless one of them is stored whole.
  private func targets() throws(LoadError) -> Set<String> {
    var targets: Set<String> = []
    let selection = try selection()
    for (name, module) in tree.modules where try isTarget(name, module, of: selection) {
      targets.insert(name)
    }
    let tied = [ModelModule.embedding, .outputHead].map { base.name(of: $0) }
    if configuration.ensuresWeightTying, base.tiesEmbeddings,
      tied.contains(where: targets.contains),
      !configuration.savedModules.contains(where: Self.isEmbeddingName)
    {
      targets.formUnion(tied)
    }
    return targets
  }

  /// What the configuration asks an update for, or PEFT's default for the family.
  private func selection() throws(LoadError) -> ModuleSelection {
    if let targets = configuration.targets { return targets }
    let names = base.moduleNames.defaultTargets
    guard !names.isEmpty else {
      throw configuration.file.invalid(
        "target_modules", "is missing, and PEFT has no default for models of this family")
    }
    return .names(names)
  }

  /// Whether the configuration asks for an update of a module (`check_target_module_exists` and
  /// `_maybe_include_all_linear_layers` of PEFT 0.21.2).
  private func isTarget(
    _ name: String, _ module: ModelModule?, of selection: ModuleSelection
  ) throws(LoadError) -> Bool {
    if configuration.excluded?.contains(name) == true { return false }
    for saved in configuration.savedModules {
      let pattern: ModulePattern
      do {
        pattern = try ModulePattern("(^|.*\\.)\(saved)($|\\..*)")
      } catch {
        throw configuration.file.invalid("modules_to_save", error.description)
      }
      if pattern.matchesStart(name) { return false }
    }
    switch selection {
    case .allLinear:
      return module?.kind == .linear && module != .outputHead
    case .pattern(let pattern):
      return pattern.matchesWhole(name)
    case .names(let names):
      if names.contains(name) { return true }
      guard selection.contains(name) else { return false }
      guard let layers = configuration.layers else { return true }
      guard case .layer(let layer, _)? = module, layers.contains(layer) else { return false }
      return configuration.layersPatterns.isEmpty
        || configuration.layersPatterns.contains { $0.matchesStart(name) }
    }
  }
}
