internal import Kernels
internal import Transformer

/// A family of models that can be run: all that is known of it stands in one value.
///
/// Families are compared by their name.
public struct Architecture: Sendable {
  /// What `model_type` in a `config.json` calls it.
  public let name: String
  /// The class that `architectures` names there.
  let className: String
  /// What `general.architecture` of a GGUF calls it; several families may share one. `nil`: it isn't read from GGUF.
  let ggufName: String?
  /// The names of its tensors in `transformers`, and the order of their rows.
  let moduleNames: TensorNaming
  /// The names of its tensors in a GGUF, and the order of their rows.
  let ggufNames: TensorNaming
  /// What its `config.json` calls keys that others call as Llama does.
  let keys: [String: String]
  /// What its configuration class in `transformers` has where `config.json` has no such key.
  let defaults: Defaults
  /// Sets what holds for every model of the family, whatever its file says.
  let traits: @Sendable (inout TransformerConfiguration) -> Void
  /// Sets what else a `config.json` of the family says.
  let configure: Configure

  /// Sets what else the metadata of a GGUF of the family says.
  let configureGGUF: ConfigureGGUF

  typealias Configure =
    @Sendable (HuggingFaceConfiguration, inout TransformerConfiguration) throws(LoadError) -> Void
  typealias ConfigureGGUF =
    @Sendable (GGUFConfiguration, inout TransformerConfiguration) throws(LoadError) -> Void

  /// The values of a configuration class.
  struct Defaults: Sendable {
    var vocabularyCount: Int
    var hiddenSize = 4096
    var layerCount = 32
    var headCount = 32
    /// `nil`: as many as query heads.
    var keyValueHeadCount: Int?
    /// `nil`: the hidden size divided by the number of heads.
    var headDimension: Int?
    /// `nil`: four times the hidden size.
    var intermediateSize: Int?
    var contextLength: Int
    var normEpsilon = 1e-6
    var theta = 10000.0
    /// The share of each head that is turned.
    var rotaryFraction = 1.0
    var tiesEmbeddings = false
    var activation = Activation.silu
  }

  init(
    name: String, className: String, ggufName: String? = nil,
    moduleNames: TensorNaming = .huggingFace, ggufNames: TensorNaming = .gguf,
    keys: [String: String] = [:], defaults: Defaults,
    traits: @escaping @Sendable (inout TransformerConfiguration) -> Void = { _ in },
    configure: @escaping Configure = { _, _ in },
    configureGGUF: @escaping ConfigureGGUF = { _, _ in }
  ) {
    self.name = name
    self.className = className
    self.ggufName = ggufName
    self.moduleNames = moduleNames
    self.ggufNames = ggufNames
    self.keys = keys
    self.defaults = defaults
    self.traits = traits
    self.configure = configure
    self.configureGGUF = configureGGUF
  }
}

extension Architecture: Hashable, CustomStringConvertible {
  /// The name.
  public var description: String { name }

  /// Whether the names are equal.
  public static func == (left: Architecture, right: Architecture) -> Bool {
    left.name == right.name
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Architecture {
  /// Every family.
  public static let all: [Architecture] = [
    .llama, .mistral, .qwen2, .qwen3, .gemma, .gemma2, .gemma3, .phi3, .olmo, .olmo2, .olmo3,
    .granite, .helium, .glm, .glm4, .cohere, .cohere2, .smolLM3, .miniCPM, .exaone4, .ministral3,
    .ernie45, .hunyuan, .internLM2, .gpt2, .gptNeoX, .phi, .stableLM, .starCoder2, .nemotron,
    .falcon, .mixtral, .qwen3MoE, .olmoE, .graniteMoE,
  ]

  /// The family that a GGUF calls so; of several the first.
  static func named(gguf name: String) -> Architecture? { all.first { $0.ggufName == name } }

  /// What GGUF files call the families, in a sentence: “llama, qwen2 and qwen3”.
  static var ggufNameList: String {
    var names: [String] = []
    for case let name? in all.map(\.ggufName) where !names.contains(name) { names.append(name) }
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }
}
