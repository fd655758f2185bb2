internal import Checkpoints
internal import Transformer

/// Reads a model's shape from a GGUF file: the metadata of its architecture (ggml's `docs/gguf.md`; where that is
/// silent, llama.cpp), and from the tensors what metadata doesn't say.
struct GGUFConfiguration {
  /// The file.
  let file: GGUFFile
  /// What it describes. GGUF files of Mistral call themselves `llama`.
  let architecture: Architecture
  var metadata: GGUFMetadata { file.metadata }

  init(file: GGUFFile) throws(LoadError) {
    self.file = file
    architecture = try Self.architecture(file)
  }

  private static func architecture(_ file: GGUFFile) throws(LoadError) -> Architecture {
    let kind = try LoadError.wrapping { () throws(CheckpointError) in
      try file.metadata.stringIfPresent("general.type")
    }
    switch kind {
    case nil, "model": break
    case "adapter":
      throw .notAModel(
        path: file.path,
        reason:
          "this GGUF is a LoRA adapter; name the model that it adapts, and this as its adapter")
    case let other?:
      throw .notAModel(path: file.path, reason: "this GGUF holds no model but “\(other)”")
    }
    let name = try LoadError.wrapping { () throws(CheckpointError) in
      try file.metadata.string("general.architecture")
    }
    guard let known = Architecture.named(gguf: name) else {
      throw .unsupported(
        file: file.path, field: "“general.architecture”",
        what: "“\(name)” (\(Architecture.ggufNameList) are)")
    }
    return known
  }

  /// The model's shape.
  func transformer() throws(LoadError) -> TransformerConfiguration {
    let hiddenSize = try count("embedding_length", in: ConfigurationLimits.width)
    let layerCount = try count("block_count", in: ConfigurationLimits.layers)
    let headCount = try count("attention.head_count", in: ConfigurationLimits.heads)
    let keyValueHeadCount = try keyValueHeadCount(headCount: headCount)
    let headDimension = try headDimension(hiddenSize: hiddenSize, headCount: headCount)
    let contextLength = try count("context_length", in: ConfigurationLimits.context)
    var configuration = TransformerConfiguration(
      vocabularyCount: try vocabularyCount(hiddenSize: hiddenSize),
      hiddenSize: hiddenSize,
      layerCount: layerCount,
      headCount: headCount,
      keyValueHeadCount: keyValueHeadCount,
      headDimension: headDimension,
      intermediateSize: try count("feed_forward_length", in: ConfigurationLimits.width),
      normEpsilon: 0,
      contextLength: contextLength,
      rotaryEmbedding: try rotaryEmbedding(
        headDimension: headDimension, contextLength: contextLength),
      hasQueryKeyValueBias: holds("blk.0.attn_q.bias") || holds("blk.0.attn_qkv.bias"),
      hasAttentionOutputBias: holds("blk.0.attn_output.bias"),
      hasFeedForwardBias: holds("blk.0.ffn_gate.bias") || holds("blk.0.ffn_up.bias"),
      tiesEmbeddings: !holds("output.weight"))
    configuration.moduleNames = architecture.moduleNames
    configuration.block.activation = architecture.defaults.activation
    architecture.traits(&configuration)
    configuration.normEpsilon = try epsilon(isCentred: configuration.block.centresNorms)
    try architecture.configureGGUF(self, &configuration)
    try refuseUnknownExperts(configuration)
    return configuration
  }

  /// The full name of one of the architecture's own keys.
  func key(_ name: String) -> String { "\(architecture.ggufName ?? architecture.name).\(name)" }

  func invalid(_ name: String, _ reason: String) -> LoadError {
    .invalid(file: file.path, field: "“\(key(name))”", reason: reason)
  }

  func unsupported(_ name: String, _ what: String) -> LoadError {
    .unsupported(file: file.path, field: "“\(key(name))”", what: what)
  }

  /// Reads the metadata; its errors become this module's.
  func read<Value>(
    _ body: (GGUFMetadata) throws(CheckpointError) -> Value
  ) throws(LoadError) -> Value {
    try LoadError.wrapping { () throws(CheckpointError) in try body(metadata) }
  }

  /// A whole number inside `range`. Writers that know of layers that differ store a list, one element for each.
  func count(_ name: String, in range: ClosedRange<Int>) throws(LoadError) -> Int {
    let key = key(name)
    let value: Int
    if case .array? = metadata[key] {
      let values = try read { metadata throws(CheckpointError) in try metadata.integers(key) }
      guard let first = values.first else { throw invalid(name, "is an empty list") }
      guard values.allSatisfy({ $0 == first }) else {
        throw unsupported(name, "a model whose layers differ")
      }
      value = first
    } else {
      value = try read { metadata throws(CheckpointError) in try metadata.integer(key) }
    }
    if let problem = ConfigurationLimits.problem(value, in: range) { throw invalid(name, problem) }
    return value
  }

  private func keyValueHeadCount(headCount: Int) throws(LoadError) -> Int {
    let name = "attention.head_count_kv"
    guard metadata[key(name)] != nil else { return headCount }
    let value = try count(name, in: ConfigurationLimits.heads)
    guard value <= headCount, headCount % value == 0 else {
      throw invalid(name, "\(value) doesn't divide the \(headCount) attention heads")
    }
    return value
  }

  private func headDimension(hiddenSize: Int, headCount: Int) throws(LoadError) -> Int {
    let name = "attention.key_length"
    let value: Int
    if metadata[key(name)] != nil {
      value = try count(name, in: ConfigurationLimits.width)
    } else {
      guard hiddenSize.isMultiple(of: headCount) else {
        throw invalid(
          "embedding_length", "\(hiddenSize) is no multiple of the \(headCount) attention heads")
      }
      value = hiddenSize / headCount
    }
    guard value > 0, value.isMultiple(of: 2) else {
      throw invalid(name, "heads of \(value) elements can't be turned in pairs")
    }
    let valueName = "attention.value_length"
    if metadata[key(valueName)] != nil {
      let width = try count(valueName, in: ConfigurationLimits.width)
      guard width == value else {
        throw unsupported(
          valueName, "values of another width (\(width)) than keys (\(value))")
      }
    }
    return value
  }

  /// The rows of the embedding; where metadata says how many there are, it must agree.
  private func vocabularyCount(hiddenSize: Int) throws(LoadError) -> Int {
    let name = "token_embd.weight"
    guard let embedding = file.tensor(named: name) else {
      throw .invalid(
        file: file.path, field: "tensor '\(name)'", reason: "is missing; is this a language model?")
    }
    guard embedding.shape.count == 2, embedding.shape[1] == hiddenSize,
      ConfigurationLimits.vocabulary.contains(embedding.shape[0])
    else {
      throw .invalid(
        file: file.path, field: "tensor '\(name)'",
        reason: "its shape is \(embedding.shape), and “\(key("embedding_length"))” is \(hiddenSize)"
      )
    }
    let rows = embedding.shape[0]
    if metadata[key("vocab_size")] != nil {
      let declared = try count("vocab_size", in: ConfigurationLimits.vocabulary)
      guard declared == rows else {
        throw invalid("vocab_size", "\(declared) contradicts the \(rows) rows of “\(name)”")
      }
    }
    if case .array(let tokens)? = metadata["tokenizer.ggml.tokens"], tokens.count > rows {
      throw .invalid(
        file: file.path, field: "“tokenizer.ggml.tokens”",
        reason: "\(tokens.count) tokens, and “\(name)” has \(rows) rows")
    }
    return rows
  }

  /// That of the family's kind of norm, where a file names both.
  private func epsilon(isCentred: Bool) throws(LoadError) -> Float {
    let (plain, root) = ("attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon")
    let (first, second) = isCentred ? (plain, root) : (root, plain)
    let name = metadata[key(first)] == nil && metadata[key(second)] != nil ? second : first
    let epsilon = try read { metadata throws(CheckpointError) in try metadata.float(key(name)) }
    if let problem = ConfigurationLimits.epsilonProblem(Double(epsilon)) {
      throw invalid(name, problem)
    }
    return epsilon
  }

  private func refuseUnknownExperts(
    _ configuration: TransformerConfiguration
  ) throws(LoadError) {
    let experts = try read { metadata throws(CheckpointError) in
      try metadata.integerIfPresent(key("expert_count"))
    }
    if let experts, experts > 0, configuration.block.experts == nil {
      throw unsupported("expert_count", "a mixture of experts in this family")
    }
  }
}
