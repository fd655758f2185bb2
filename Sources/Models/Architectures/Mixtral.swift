internal import Transformer

extension Architecture {
  /// Mixtral: Mistral with experts. In a GGUF it goes by `llama`.
  public static let mixtral = Architecture(
    name: "mixtral", className: "MixtralForCausalLM", ggufName: "llama",
    moduleNames: mixtralNames,
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 32000, keyValueHeadCount: 8, intermediateSize: 14336,
      contextLength: 131_072, normEpsilon: 1e-5, theta: 1e6),
    configure: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow(absent: nil)
      configuration.block.experts = try file.experts(
        count: ("num_local_experts", 8), perToken: 2, normalizesWeights: true)
    })

  /// The names of Mixtral's modules.
  static let mixtralNames = llamaNames.with {
    $0.parts[.router] = "block_sparse_moe.gate"
    $0.experts = "block_sparse_moe.experts."
    $0.expertParts = [.gate: "w1", .up: "w3", .down: "w2"]
  }
}
