internal import JSON

/// `adapter_config.json` of PEFT 0.21.2 (`LoraConfig`): what of it decides the result, the rest known not to.
struct PEFTConfiguration {
  /// Which biases of the base model an adapter carries.
  enum Bias: String, CaseIterable {
    case none, all
    case loraOnly = "lora_only"
  }

  /// The file.
  let file: JSONFile
  /// The rank where no pattern gives another.
  let rank: Int
  /// The numerator of the scale where no pattern gives another.
  let alpha: Double
  let rankPattern: ModuleValues<Int>
  let alphaPattern: ModuleValues<Double>
  /// Whether the scale is alpha / √rank (rsLoRA, arXiv 2312.03732) and not alpha / rank.
  let isRankStabilized: Bool
  let usesDoRA: Bool
  /// Whether B has a bias of its own.
  let hasUpBias: Bool
  /// `nil`: those of the model's family.
  let targets: ModuleSelection?
  let excluded: ModuleSelection?
  /// The layers that targets are looked for in; `nil`: all.
  let layers: [Int]?
  /// What the list of layers is called; empty: anything.
  let layersPatterns: [ModulePattern]
  /// Ends of the names of modules that are stored whole.
  let savedModules: [String]
  let bias: Bias
  /// Ends of the names of modules of which rows are new, and the tokens of those rows, in the order of the file.
  let newRows: [(module: String, tokens: [Int])]
  /// Ends of the names of parameters that are updated by name (`target_parameters`).
  let parameters: [String]
  /// Whether what changes the embedding changes an output head that is the same tensor.
  let ensuresWeightTying: Bool
  /// The base model as whoever trained it called it.
  let baseModel: String?

  private static let maximumRank = 1 << 16

  init(_ file: JSONFile) throws(LoadError) {
    self.file = file
    try Self.refuseUnsupported(file)
    rank = try Self.rank(try file.integer("r") ?? 8, "r", file)
    alpha = try file.double("lora_alpha") ?? 8
    guard alpha.isFinite else { throw file.invalid("lora_alpha", "is \(alpha)") }
    rankPattern = try Self.values("rank_pattern", file) { object, key throws(LoadError) in
      try Self.rank(try object.integer(key) ?? 0, key, object)
    }
    alphaPattern = try Self.values("alpha_pattern", file) { object, key throws(LoadError) in
      guard let value = try object.double(key), value.isFinite else {
        throw object.invalid(key, "must be a finite number")
      }
      return value
    }
    isRankStabilized = try file.bool("use_rslora") ?? false
    usesDoRA = try file.bool("use_dora") ?? false
    hasUpBias = try file.bool("lora_bias") ?? false
    parameters = try Self.names("target_parameters", file)
    ensuresWeightTying = try file.bool("ensure_weight_tying") ?? false
    newRows = try Self.newRows(file)
    targets = try Self.selection("target_modules", file) ?? (parameters.isEmpty ? nil : .names([]))
    excluded = try Self.selection("exclude_modules", file)
    layers = try Self.layers(file)
    layersPatterns = try Self.names("layers_pattern", file).map { name throws(LoadError) in
      try Self.pattern("(?:^|.*?\\.)\(name)\\.\\d+\\.", "layers_pattern", file)
    }
    savedModules = try Self.names("modules_to_save", file)
    baseModel = try file.string("base_model_name_or_path")
    let name = try file.string("bias") ?? Bias.none.rawValue
    guard let bias = Bias(rawValue: name) else {
      throw file.unsupported("bias", "“\(name)” (none, all and lora_only are)")
    }
    self.bias = bias
    for (key, isSet) in [("use_dora", usesDoRA), ("lora_bias", hasUpBias)]
    where isSet && !parameters.isEmpty {
      throw file.invalid(key, "can't be true with “target_parameters”")
    }
    if usesDoRA && hasUpBias { throw file.invalid("lora_bias", "can't be true with “use_dora”") }
    if layers == nil && !layersPatterns.isEmpty {
      throw file.invalid("layers_pattern", "needs “layers_to_transform”")
    }
    if case .names? = targets ?? .names([]) { return }
    for key in ["layers_to_transform", "layers_pattern"] where file[key] != nil {
      throw file.invalid(key, "needs “target_modules” to be a list")
    }
  }

  /// alpha / rank, or alpha / √rank.
  func scale(alpha: Double, rank: Int) -> Double {
    alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank))
  }

  /// The rank of a module's update.
  func rank(of module: String) -> Int { rankPattern[module] ?? rank }

  /// The numerator of the scale of a module's update.
  func alpha(of module: String) -> Double { alphaPattern[module] ?? alpha }
}

extension PEFTConfiguration {
  /// Keys that say nothing about what an adapter computes: where it comes from, how it was trained, and how its
  /// matrices were initialised.
  private static let neutral: Set<String> = [
    "auto_mapping", "base_model_name_or_path", "revision", "inference_mode", "peft_version",
    "lora_dropout", "megatron_core", "qalora_group_size", "eva_config", "loftq_config",
    "corda_config", "lora_ga_config", "runtime_config",
    // PEFT sets it to false for every layer that these architectures have: only `Conv1D` stores its transpose.
    "fan_in_fan_out",
  ]

  /// Keys that are read.
  private static let known: Set<String> = [
    "peft_type", "task_type", "r", "lora_alpha", "rank_pattern", "alpha_pattern", "use_rslora",
    "use_dora", "lora_bias", "target_modules", "exclude_modules", "layers_to_transform",
    "layers_pattern", "modules_to_save", "bias", "init_lora_weights", "trainable_token_indices",
    "target_parameters", "ensure_weight_tying",
  ]

  /// Keys of features that are not supported, and what they ask for; whatever else is set is refused by its name.
  private static let refused: [String: String] = [
    "layer_replication":
      "a model with layers repeated (in Python, PeftModel.merge_and_unload and save_pretrained write it as a model of its own)",
    "megatron_config": "an adapter for Megatron's layers",
    "alora_invocation_tokens": "an adapter that is switched on by tokens (aLoRA)",
    "use_qalora": "an adapter over pooled inputs (QALoRA)",
    "use_bdlora": "a block-diagonal adapter (BD-LoRA)",
    "arrow_config": "an adapter chosen by a router (Arrow)",
    "velora_config": "what VeLoRA does to the layers",
    "monteclora_config": "an adapter that is drawn at random (MonteCLoRA)",
    "kasa_config": "an update through singular values (KaSA)",
  ]

  /// Initialisations that leave the base model's weights alone.
  private static let neutralInitializations: Set<String> = ["gaussian", "eva", "orthogonal"]

  private static func refuseUnsupported(_ file: JSONFile) throws(LoadError) {
    guard let type = try file.string("peft_type") else {
      throw file.invalid("peft_type", "is missing; is this an adapter of PEFT?")
    }
    guard type == "LORA" else { throw file.unsupported("peft_type", "“\(type)” (LORA is)") }
    if let task = try file.string("task_type"), task != "CAUSAL_LM" {
      throw file.unsupported("task_type", "an adapter for “\(task)” (CAUSAL_LM is)")
    }
    if let value = file["init_lora_weights"] {
      switch value {
      case .bool: break
      case .string(let name) where neutralInitializations.contains(name): break
      default:
        throw file.unsupported(
          "init_lora_weights",
          "\(value.text), which changes the base model's weights before the adapter is applied (save the adapter with path_initial_model_for_weight_conversion);"
        )
      }
    }
    for member in file.members
    where !neutral.contains(member.key) && !known.contains(member.key) && isSet(member.value) {
      throw file.unsupported(
        member.key, refused[member.key] ?? "what it asks for (\(shortened(member.value)))")
    }
  }

  /// Whether a feature is turned on by its value.
  private static func isSet(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .bool(false): false
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    default: true
    }
  }

  private static func shortened(_ value: JSONValue) -> String {
    let text = value.text
    return text.count <= 60 ? text : "\(text.prefix(59))…"
  }

  private static func rank(_ value: Int, _ key: String, _ file: JSONFile) throws(LoadError) -> Int {
    guard (1...maximumRank).contains(value) else {
      throw file.invalid(key, "must be a rank between 1 and \(maximumRank), not \(value)")
    }
    return value
  }

  private static func values<Value: Sendable>(
    _ key: String, _ file: JSONFile,
    _ read: (JSONFile, String) throws(LoadError) -> Value
  ) throws(LoadError) -> ModuleValues<Value> {
    var values = ModuleValues<Value>()
    guard let object = try file.object(key) else { return values }
    for member in object.members {
      let value = try read(object, member.key)
      do throws(ModulePatternError) {
        try values.append(member.key, value)
      } catch {
        throw object.invalid(member.key, error.description)
      }
    }
    return values
  }

  private static func pattern(
    _ text: String, _ key: String, _ file: JSONFile
  ) throws(LoadError) -> ModulePattern {
    do { return try ModulePattern(text) } catch { throw file.invalid(key, error.description) }
  }

  private static func selection(
    _ key: String, _ file: JSONFile
  ) throws(LoadError) -> ModuleSelection? {
    guard case .string(let text)? = file[key] else {
      return file[key] == nil ? nil : .names(try names(key, file))
    }
    if key == "target_modules", text.lowercased() == "all-linear" { return .allLinear }
    if text.isEmpty, key == "exclude_modules" { return nil }
    return .pattern(try pattern(text, key, file))
  }

  /// A name or a list of names.
  private static func names(_ key: String, _ file: JSONFile) throws(LoadError) -> [String] {
    switch file[key] {
    case nil: return []
    case .string(let name): return name.isEmpty ? [] : [name]
    case .array(let elements):
      return try elements.map { element throws(LoadError) in
        guard case .string(let name) = element, !name.isEmpty else {
          throw file.invalid(key, "must hold names, not \(element.kind)")
        }
        return name
      }
    case let value?: throw file.invalid(key, "must be a list of names, not \(value.kind)")
    }
  }

  /// `trainable_token_indices`: tokens of the embedding, or an object of modules and their tokens.
  private static func newRows(
    _ file: JSONFile
  ) throws(LoadError) -> [(module: String, tokens: [Int])] {
    let key = "trainable_token_indices"
    switch file[key] {
    case nil: return []
    case .object(let members):
      return try members.map { member throws(LoadError) in
        guard !member.key.isEmpty else { throw file.invalid(key, "holds an empty name") }
        return (member.key, try tokens(member.value, key, file))
      }
    case let value?: return [("embed_tokens", try tokens(value, key, file))]
    }
  }

  private static func tokens(
    _ value: JSONValue, _ key: String, _ file: JSONFile
  ) throws(LoadError) -> [Int] {
    guard case .array(let elements) = value, !elements.isEmpty else {
      throw file.invalid(key, "must be a list of token ids, not \(value.kind)")
    }
    var seen: Set<Int> = []
    return try elements.map { element throws(LoadError) in
      guard case .integer(let token) = element, token >= 0 else {
        throw file.invalid(key, "must hold token ids, not \(element.text)")
      }
      guard seen.insert(token).inserted else {
        throw file.invalid(key, "holds token \(token) twice")
      }
      return token
    }
  }

  private static func layers(_ file: JSONFile) throws(LoadError) -> [Int]? {
    let key = "layers_to_transform"
    switch file[key] {
    case nil: return nil
    case .array(let elements):
      let layers = try elements.map { element throws(LoadError) in
        guard case .integer(let layer) = element else {
          throw file.invalid(key, "must hold numbers of layers, not \(element.kind)")
        }
        return layer
      }
      return layers.isEmpty ? nil : layers
    default: return try file.integer(key).map { [$0] }
    }
  }
}
