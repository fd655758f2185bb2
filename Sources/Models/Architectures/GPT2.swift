internal import JSON
internal import Kernels
internal import Transformer

extension Architecture {
  /// GPT-2: LayerNorm, GELU without a gate, a vector for each position; matrices are stored the other way round.
  public static let gpt2 = Architecture(
    name: "gpt2", className: "GPT2LMHeadModel", ggufName: "gpt2",
    moduleNames: .huggingFace.with {
      $0.embedding = "transformer.wte"
      $0.positions = "transformer.wpe"
      $0.finalNorm = "transformer.ln_f"
      $0.layers = "transformer.h."
      $0.parts[.attentionNorm] = "ln_1"
      $0.parts[.feedForwardNorm] = "ln_2"
      $0.parts[.attentionOutput] = "attn.c_proj"
      $0.parts[.up] = "mlp.c_fc"
      $0.parts[.down] = "mlp.c_proj"
      $0.fused = [FusedTensor("attn.c_attn", [.query, .key, .value])]
      $0.isTransposed = true
      $0.defaultTargets = ["c_attn"]
    },
    ggufNames: .gguf.with { $0.fused = [FusedTensor("attn_qkv", [.query, .key, .value])] },
    keys: [
      "hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
      "intermediate_size": "n_inner", "max_position_embeddings": "n_positions",
      "rms_norm_eps": "layer_norm_epsilon", "hidden_act": "activation_function",
    ],
    defaults: Defaults(
      vocabularyCount: 50257, hiddenSize: 768, layerCount: 12, headCount: 12,
      contextLength: 1024, normEpsilon: 1e-5, tiesEmbeddings: true, activation: .geluTanh),
    traits: {
      layerNormTraits(&$0)
      $0.hasAttentionOutputBias = true
      $0.hasQueryKeyValueBias = true
      $0.hasFeedForwardBias = true
      $0.block.hasPositionEmbedding = true
      $0.block.unrotatedLayers = Set(0..<$0.layerCount)
    },
    configure: { file, configuration throws(LoadError) in
      try file.refuse("scale_attn_weights", unless: .bool(true), "attention that isn't scaled")
      try file.refuse(
        "scale_attn_by_inverse_layer_idx", unless: .bool(false),
        "attention that is scaled by the layer")
    })

  /// LayerNorm with biases, and a feed-forward layer without a gate.
  static let layerNormTraits: @Sendable (inout TransformerConfiguration) -> Void = {
    $0.block.centresNorms = true
    $0.block.normsHaveBiases = true
    $0.block.isGated = false
  }
}
