import Checkpoints

/// Where each weight stands in a checkpoint, and in which order its rows do.
///
/// A value for each spelling: families differ in a few names, and start from one of the two that are here.
public struct TensorNaming: Hashable, Sendable {
  /// The embedding of tokens, as all names here without `.weight` or `.bias`.
  package var embedding: String
  /// The norm after the last layer.
  package var finalNorm: String
  /// The projection to logits.
  package var outputHead: String
  /// What stands before a layer's number.
  package var layers: String
  /// The parts of a layer: what stands after its number and a dot.
  package var parts: [LayerPart: String]
  /// Which rows of a head's query and key are turned together.
  package var pairing: RotaryEmbedding.Pairing
  /// The vectors that are added for positions.
  package var positions: String?
  /// Parts of a layer that share a tensor.
  package var fused: [FusedTensor] = []
  /// What stands between a layer's number and an expert's.
  package var experts = "mlp.experts."
  /// The parts of an expert: what stands after its number and a dot.
  package var expertParts: [LayerPart: String] = [
    .gate: "gate_proj", .up: "up_proj", .down: "down_proj",
  ]
  /// Parts of experts that lie in one tensor for all of a layer's experts, `[experts, rows, columns]`, one after the other
  /// in each expert's rows.
  package var stacked: [FusedTensor] = []
  /// Whether the matrices of layers are stored as `[inputs, outputs]` (GPT-2).
  package var isTransposed = false
  /// What is added to the weights of norms: 1 where files hold what is beyond one (Gemma).
  package var normOffset: Float = 0
  /// The ends of the names of the modules that PEFT updates where an adapter names none; empty: it has no default for the
  /// family (`TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING` of PEFT 0.21.2).
  package var defaultTargets: [String] = []

  /// `model.layers.0.self_attn.q_proj.weight`, …: the names of `transformers` for Llama and most other families.
  public static let huggingFace = TensorNaming(
    embedding: "model.embed_tokens", finalNorm: "model.norm", outputHead: "lm_head",
    layers: "model.layers.",
    parts: [
      .attentionNorm: "input_layernorm",
      .query: "self_attn.q_proj",
      .key: "self_attn.k_proj",
      .value: "self_attn.v_proj",
      .attentionOutput: "self_attn.o_proj",
      .queryNorm: "self_attn.q_norm",
      .keyNorm: "self_attn.k_norm",
      .feedForwardNorm: "post_attention_layernorm",
      .postAttentionNorm: "post_attention_layernorm",
      .postFeedForwardNorm: "post_feedforward_layernorm",
      .router: "mlp.gate",
      .gate: "mlp.gate_proj",
      .up: "mlp.up_proj",
      .down: "mlp.down_proj",
    ], pairing: .halves)

  /// `blk.0.attn_q.weight`, …: the names of ggml, the same for nearly every family.
  public static let gguf = TensorNaming(
    embedding: "token_embd", finalNorm: "output_norm", outputHead: "output", layers: "blk.",
    parts: [
      .attentionNorm: "attn_norm",
      .query: "attn_q",
      .key: "attn_k",
      .value: "attn_v",
      .attentionOutput: "attn_output",
      .queryNorm: "attn_q_norm",
      .keyNorm: "attn_k_norm",
      .feedForwardNorm: "ffn_norm",
      .postAttentionNorm: "post_attention_norm",
      .postFeedForwardNorm: "post_ffw_norm",
      .router: "ffn_gate_inp",
      .gate: "ffn_gate",
      .up: "ffn_up",
      .down: "ffn_down",
    ], pairing: .halves, positions: "position_embd",
    stacked: [
      FusedTensor("ffn_gate_exps", [.gate]), FusedTensor("ffn_up_exps", [.up]),
      FusedTensor("ffn_down_exps", [.down]),
    ])

  /// The same with some things changed.
  package func with(_ change: (inout TensorNaming) -> Void) -> TensorNaming {
    var naming = self
    change(&naming)
    return naming
  }

  /// The tensor that a part shares with others; `nil`: it has one of its own.
  package func fused(_ part: LayerPart) -> FusedTensor? { fused.first { $0.parts.contains(part) } }

  /// The tensor of all experts that holds a part of each; `nil`: each has its own.
  package func stacked(_ part: LayerPart) -> FusedTensor? {
    stacked.first { $0.parts.contains(part) }
  }

  /// The same for a checkpoint: without what stands before the first dot where that is left out, as those saved of the
  /// model below the output head do; and without shared tensors that it has cut up.
  func found(in source: any TensorSource) -> TensorNaming {
    let naming = unshared(in: source)
    func without(_ name: String) -> String {
      name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
    }
    let names = source.tensorNames
    let short = "\(without(embedding)).weight"
    guard embedding.contains("."), names.contains(short), !names.contains("\(embedding).weight")
    else { return naming }
    return naming.with {
      $0.embedding = without(embedding)
      $0.positions = positions.map(without)
      $0.finalNorm = without(finalNorm)
      $0.layers = without(layers)
    }
  }

  private func unshared(in source: any TensorSource) -> TensorNaming {
    guard !fused.isEmpty else { return self }
    let names = Set(source.tensorNames)
    return with { naming in
      naming.fused.removeAll { fused in
        guard let part = fused.parts.first, let own = parts[part] else { return false }
        return !names.contains("\(layers)0.\(fused.name).weight")
          && names.contains("\(layers)0.\(own).weight")
      }
    }
  }

  /// The name of a module; parts that share a tensor share its name.
  package func name(of module: ModelModule) -> String {
    switch module {
    case .embedding: embedding
    case .finalNorm: finalNorm
    case .outputHead: outputHead
    case .layer(let layer, let part):
      "\(layers)\(layer).\(fused(part)?.name ?? parts[part] ?? "\(part)")"
    case .expert(let layer, let expert, let part):
      if let stacked = stacked(part) {
        "\(layers)\(layer).\(stacked.name)"
      } else {
        "\(layers)\(layer).\(experts)\(expert).\(expertParts[part] ?? "\(part)")"
      }
    }
  }

  /// Every module of a model by its name; of parts that share a tensor, the first.
  package func modules(
    of configuration: TransformerConfiguration
  ) -> [(name: String, module: ModelModule)] {
    configuration.modules.compactMap { module in
      if case .layer(_, let part) = module, let fused = fused(part), part != fused.parts.first {
        return nil
      }
      // What lies in one tensor for all experts is no module by itself.
      if case .expert(_, _, let part) = module, stacked(part) != nil { return nil }
      return (name(of: module), module)
    }
  }

  /// Endings of tensors that old checkpoints store beside the weights and that follow from the configuration.
  static let derivedSuffixes = [
    "rotary_emb.inv_freq", "attention.rope.freqs", ".attn.bias", ".attn.masked_bias",
    ".attention.bias", ".attention.masked_bias",
  ]

  /// The layer that a tensor's name says it belongs to, if it is one of a layer's.
  func layer(of name: String) -> Int? {
    guard name.hasPrefix(layers) else { return nil }
    return Int(name.dropFirst(layers.count).prefix { $0 != "." })
  }
}

/// The weights of one layer, in the order of `transformers`.
package enum LayerPart: Int, CaseIterable, Sendable {
  case query, key, value, attentionOutput, queryNorm, keyNorm
  case router, gate, up, down, attentionNorm, feedForwardNorm, postAttentionNorm,
    postFeedForwardNorm
}
