internal import Transformer

extension Architecture {
  /// Phi-3, Phi-3.5 and Phi-4-mini: queries, keys and values share a tensor, as gate and up do; LongRoPE.
  public static let phi3 = Architecture(
    name: "phi3", className: "Phi3ForCausalLM", ggufName: "phi3",
    moduleNames: .huggingFace.with {
      $0.fused = [
        FusedTensor("self_attn.qkv_proj", [.query, .key, .value]),
        FusedTensor("mlp.gate_up_proj", [.gate, .up]),
      ]
    },
    ggufNames: .gguf.with {
      $0.fused = [
        FusedTensor("attn_qkv", [.query, .key, .value]), FusedTensor("ffn_up", [.gate, .up]),
      ]
    },
    defaults: Defaults(
      vocabularyCount: 32064, hiddenSize: 3072, keyValueHeadCount: 32, intermediateSize: 8192,
      contextLength: 4096, normEpsilon: 1e-5),
    configure: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow(absent: nil)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      // llama.cpp passes over this window; the model has it.
      configuration.slidingWindow = try file.slidingWindow()
    })
}
