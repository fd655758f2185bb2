internal import JSON
internal import Kernels
internal import Transformer

extension Architecture {
  /// Falcon 7B, 40B and 2: attention and feed-forward side by side after one LayerNorm or two; queries, keys and values
  /// share a tensor, head by head.
  public static let falcon = Architecture(
    name: "falcon", className: "FalconForCausalLM", ggufName: "falcon",
    moduleNames: .huggingFace.with {
      $0.embedding = "transformer.word_embeddings"
      $0.finalNorm = "transformer.ln_f"
      $0.layers = "transformer.h."
      $0.parts[.attentionOutput] = "self_attention.dense"
      $0.parts[.up] = "mlp.dense_h_to_4h"
      $0.parts[.down] = "mlp.dense_4h_to_h"
      $0.fused = [
        FusedTensor("self_attention.query_key_value", [.query, .key, .value], order: .headByHead)
      ]
      $0.defaultTargets = ["query_key_value"]
    },
    ggufNames: .gguf.with { $0.fused = [FusedTensor("attn_qkv", [.query, .key, .value])] },
    keys: [
      "rms_norm_eps": "layer_norm_epsilon", "hidden_act": "activation",
      "intermediate_size": "ffn_hidden_size",
    ],
    defaults: Defaults(
      vocabularyCount: 65024, hiddenSize: 4544, headCount: 71, contextLength: 2048,
      normEpsilon: 1e-5, tiesEmbeddings: true, activation: .gelu),
    traits: { layerNormTraits(&$0) },
    configure: { file, configuration throws(LoadError) in
      try file.setFalcon(&configuration)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.block.isParallel = true
      // The larger ones have a norm for each side; in a GGUF that of attention comes second.
      configuration.block.sharesNorm = !file.hasSecondNorm
      if file.hasSecondNorm { configuration.moduleNames.nameFalconNorms() }
    })
}

extension HuggingFaceConfiguration {
  fileprivate func setFalcon(_ configuration: inout TransformerConfiguration) throws(LoadError) {
    try refuse("alibi", unless: .bool(false), "positions by ALiBi")
    let hasBias = try flag("bias")
    configuration.hasQueryKeyValueBias = hasBias
    configuration.hasAttentionOutputBias = hasBias
    configuration.hasFeedForwardBias = hasBias
    let isNew = try flag("new_decoder_architecture")
    let headCount = configuration.headCount
    let groups =
      try isNew
      ? count("num_kv_heads", headCount, in: ConfigurationLimits.heads)
      : flag("multi_query", true) ? 1 : headCount
    guard groups <= headCount, headCount % groups == 0 else {
      throw file.invalid(
        "num_kv_heads", "\(groups) doesn't divide the \(headCount) attention heads")
    }
    configuration.keyValueHeadCount = groups
    let isParallel = try isNew ? true : flag("parallel_attn", true)
    configuration.block.isParallel = isParallel
    let normCount = try file.integer("num_ln_in_parallel_attn") ?? (isNew ? 2 : 1)
    configuration.block.sharesNorm = isParallel && normCount == 1
    if isParallel, normCount == 2 {
      configuration.moduleNames.nameFalconNorms()
    }
  }
}

extension TensorNaming {
  /// The names of Falcon's two norms, where it has two.
  fileprivate mutating func nameFalconNorms() {
    parts[.attentionNorm] = "ln_attn"
    parts[.feedForwardNorm] = "ln_mlp"
  }
}
