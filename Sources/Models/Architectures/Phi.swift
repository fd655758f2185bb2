internal import JSON
internal import Kernels
internal import Transformer

extension Architecture {
  /// Phi-1, 1.5 and 2: attention and feed-forward side by side after one LayerNorm, biases everywhere.
  public static let phi = Architecture(
    name: "phi", className: "PhiForCausalLM", ggufName: "phi2",
    moduleNames: .huggingFace.with {
      $0.finalNorm = "model.final_layernorm"
      $0.parts[.attentionOutput] = "self_attn.dense"
      $0.parts[.up] = "mlp.fc1"
      $0.parts[.down] = "mlp.fc2"
      $0.defaultTargets = ["q_proj", "v_proj", "fc1", "fc2"]
    },
    ggufNames: .gguf.with { $0.fused = [FusedTensor("attn_qkv", [.query, .key, .value])] },
    keys: ["rms_norm_eps": "layer_norm_eps"],
    defaults: Defaults(
      vocabularyCount: 51200, hiddenSize: 2048, layerCount: 24, headCount: 32,
      intermediateSize: 8192, contextLength: 2048, normEpsilon: 1e-5, rotaryFraction: 0.5,
      activation: .geluTanh),
    traits: {
      layerNormTraits(&$0)
      $0.hasQueryKeyValueBias = true
      $0.hasAttentionOutputBias = true
      $0.hasFeedForwardBias = true
      $0.block.isParallel = true
      $0.block.sharesNorm = true
      $0.block.hasOutputBias = true
    },
    configure: { file, configuration throws(LoadError) in
      try file.refuse("qk_layernorm", unless: .bool(false), "normalised queries and keys")
    })
}
