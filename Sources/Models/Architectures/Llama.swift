internal import Transformer

extension Architecture {
  /// Llama 1 to 3 and what shares their shape: SmolLM, TinyLlama, …; in a GGUF also Mistral.
  public static let llama = Architecture(
    name: "llama", className: "LlamaForCausalLM", ggufName: "llama",
    moduleNames: llamaNames,
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(vocabularyCount: 32000, intermediateSize: 11008, contextLength: 2048),
    configure: { file, configuration throws(LoadError) in
      let hasBias = try file.flag("attention_bias")
      configuration.hasQueryKeyValueBias = hasBias
      configuration.hasAttentionOutputBias = hasBias
      configuration.hasFeedForwardBias = try file.flag("mlp_bias")
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow()
      // Mixtral goes by the same name.
      try file.setExperts(of: &configuration, normalizesWeights: true)
      if configuration.block.experts != nil { configuration.moduleNames = mixtralNames }
    })

  /// The names of Llama's modules.
  static let llamaNames = TensorNaming.huggingFace.with {
    $0.defaultTargets = ["q_proj", "v_proj"]
  }
}
