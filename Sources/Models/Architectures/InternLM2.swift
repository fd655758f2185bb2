internal import Transformer

extension Architecture {
  /// InternLM2: Llama in other names; a head's queries, key and value stand together in one tensor.
  ///
  /// Read as its own code for transformers (`modeling_internlm2.py`, which comes with its files) has it.
  public static let internLM2 = Architecture(
    name: "internlm2", className: "InternLM2ForCausalLM", ggufName: "internlm2",
    moduleNames: .huggingFace.with {
      $0.embedding = "model.tok_embeddings"
      $0.outputHead = "output"
      $0.parts[.attentionNorm] = "attention_norm"
      $0.parts[.feedForwardNorm] = "ffn_norm"
      $0.parts[.attentionOutput] = "attention.wo"
      $0.parts[.gate] = "feed_forward.w1"
      $0.parts[.up] = "feed_forward.w3"
      $0.parts[.down] = "feed_forward.w2"
      $0.fused = [
        FusedTensor("attention.wqkv", [.query, .key, .value], order: .headByHead)
      ]
    },
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 103_168, intermediateSize: 11008, contextLength: 2048),
    configure: { file, configuration throws(LoadError) in
      let hasBias = try file.flag("bias", true)
      configuration.hasQueryKeyValueBias = hasBias
      configuration.hasAttentionOutputBias = hasBias
    })
}
