internal import Kernels
internal import Transformer

extension Architecture {
  /// GPT-NeoX and Pythia: two LayerNorms side by side, a part of each head turned.
  public static let gptNeoX = Architecture(
    name: "gpt_neox", className: "GPTNeoXForCausalLM", ggufName: "gptneox",
    moduleNames: .huggingFace.with {
      $0.embedding = "gpt_neox.embed_in"
      $0.finalNorm = "gpt_neox.final_layer_norm"
      $0.outputHead = "embed_out"
      $0.layers = "gpt_neox.layers."
      $0.parts[.attentionOutput] = "attention.dense"
      $0.parts[.up] = "mlp.dense_h_to_4h"
      $0.parts[.down] = "mlp.dense_4h_to_h"
      $0.fused = [
        FusedTensor("attention.query_key_value", [.query, .key, .value], order: .headByHead)
      ]
      $0.defaultTargets = ["query_key_value"]
    },
    ggufNames: .gguf.with { $0.fused = [FusedTensor("attn_qkv", [.query, .key, .value])] },
    keys: [
      "rms_norm_eps": "layer_norm_eps", "partial_rotary_factor": "rotary_pct",
      "rope_theta": "rotary_emb_base",
    ],
    defaults: Defaults(
      vocabularyCount: 50432, hiddenSize: 6144, layerCount: 44, headCount: 64,
      intermediateSize: 24576, contextLength: 2048, normEpsilon: 1e-5, rotaryFraction: 0.25,
      activation: .gelu),
    traits: {
      layerNormTraits(&$0)
      $0.hasFeedForwardBias = true
    },
    configure: { file, configuration throws(LoadError) in
      let hasBias = try file.flag("attention_bias", true)
      configuration.hasQueryKeyValueBias = hasBias
      configuration.hasAttentionOutputBias = hasBias
      configuration.block.isParallel = try file.flag("use_parallel_residual", true)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.block.isParallel = try file.flag("use_parallel_residual") ?? true
    })
}
