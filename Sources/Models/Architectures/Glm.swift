internal import Transformer

extension Architecture {
  /// GLM: half of each head turned, neighbours together; biases on query, key and value; gate and up share a tensor.
  public static let glm = Architecture(
    name: "glm", className: "GlmForCausalLM", ggufName: "chatglm",
    moduleNames: glmNames,
    ggufNames: glmNamesOfGGUF.with {
      $0.fused.append(FusedTensor("attn_qkv", [.query, .key, .value]))
    },
    defaults: glmDefaults,
    configure: { file, configuration throws(LoadError) in
      configuration.hasQueryKeyValueBias = try file.flag("attention_bias", true)
    })

  /// GLM-4-0414: GLM with norms after the blocks too.
  public static let glm4 = Architecture(
    name: "glm4", className: "Glm4ForCausalLM", ggufName: "glm4",
    moduleNames: glmNames.with {
      $0.parts[.postAttentionNorm] = "post_self_attn_layernorm"
      $0.parts[.postFeedForwardNorm] = "post_mlp_layernorm"
    },
    ggufNames: glmNamesOfGGUF,
    defaults: glmDefaults,
    traits: { $0.block.normalizesOutputs = true },
    configure: { file, configuration throws(LoadError) in
      configuration.hasQueryKeyValueBias = try file.flag("attention_bias", true)
    })

  private static let glmNames = TensorNaming.huggingFace.with {
    $0.pairing = .interleaved
    $0.fused = [FusedTensor("mlp.gate_up_proj", [.gate, .up])]
  }

  private static let glmNamesOfGGUF = TensorNaming.gguf.with {
    $0.pairing = .interleaved
    $0.fused = [FusedTensor("ffn_up", [.gate, .up])]
  }

  private static let glmDefaults = Defaults(
    vocabularyCount: 151_552, layerCount: 40, keyValueHeadCount: 2, headDimension: 128,
    intermediateSize: 13696, contextLength: 131_072, normEpsilon: 1.5625e-7, rotaryFraction: 0.5)
}
