internal import JSON
internal import Transformer

extension Architecture {
  /// StableLM 3B and 1.6B: Llama with LayerNorm and a quarter of each head turned.
  public static let stableLM = Architecture(
    name: "stablelm", className: "StableLmForCausalLM", ggufName: "stablelm",
    moduleNames: llamaNames,
    keys: ["rms_norm_eps": "layer_norm_eps"],
    defaults: Defaults(
      vocabularyCount: 50304, hiddenSize: 2560, intermediateSize: 6912, contextLength: 4096,
      normEpsilon: 1e-5, rotaryFraction: 0.25),
    traits: {
      $0.block.centresNorms = true
      $0.block.normsHaveBiases = true
    },
    configure: { file, configuration throws(LoadError) in
      configuration.hasQueryKeyValueBias = try file.flag("use_qkv_bias")
      configuration.block.isParallel = try file.flag("use_parallel_residual")
      configuration.block.sharesNorm = configuration.block.isParallel
      try file.refuse("qk_layernorm", unless: .bool(false), "normalised queries and keys")
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.block.isParallel = !file.holds("blk.0.ffn_norm.weight")
      configuration.block.sharesNorm = configuration.block.isParallel
    })
}
