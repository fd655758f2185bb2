internal import JSON
internal import Kernels
internal import Transformer

extension Architecture {
  /// Gemma 2: norms before and after each block, a window in every other layer, soft caps.
  public static let gemma2 = Architecture(
    name: "gemma2", className: "Gemma2ForCausalLM", ggufName: "gemma2",
    moduleNames: llamaNames.with {
      $0.normOffset = 1
      $0.parts[.feedForwardNorm] = "pre_feedforward_layernorm"
    },
    defaults: Defaults(
      vocabularyCount: 256_000, hiddenSize: 2304, layerCount: 26, headCount: 8,
      keyValueHeadCount: 4, headDimension: 256, intermediateSize: 9216, contextLength: 8192,
      tiesEmbeddings: true, activation: .geluTanh),
    traits: {
      gemmaTraits(&$0)
      $0.block.normalizesOutputs = true
    },
    configure: { file, configuration throws(LoadError) in
      try file.setGemmaActivation(of: &configuration)
      try file.setAttentionBiases(of: &configuration)
      try file.setGemmaAttention(of: &configuration, caps: (50, 30))
      try file.setWindows(of: &configuration, absent: 4096, pattern: 2)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setGemmaAttention(of: &configuration, caps: (50, 30), layersOfLargest: 46)
      try file.setWindows(of: &configuration, absent: 4096, pattern: 2)
    })
}

extension HuggingFaceConfiguration {
  /// The scale of attention and the soft caps, which `null` turns off.
  func setGemmaAttention(
    of configuration: inout TransformerConfiguration, caps: (attention: Double, logits: Double)?
  ) throws(LoadError) {
    let scalar = try factor("query_pre_attn_scalar", 256)
    configuration.block.attentionScale = Float(1 / Double(scalar).squareRoot())
    configuration.block.attentionSoftCap = try cap("attn_logit_softcapping", caps?.attention)
    configuration.block.logitSoftCap = try cap("final_logit_softcapping", caps?.logits)
  }

  private func cap(_ key: String, _ absent: Double?) throws(LoadError) -> Float {
    if file.value(key) == .null { return 0 }
    return Float(try optionalFactor(key) ?? absent ?? 0)
  }
}
