/// Where each weight stands in a checkpoint.
public enum TensorNaming: Hashable, Sendable {
  /// `model.layers.0.self_attn.q_proj.weight`, …
  case huggingFace
  /// `blk.0.attn_q.weight`, …
  case gguf

  var embedding: String {
    switch self {
    case .huggingFace: "model.embed_tokens.weight"
    case .gguf: "token_embd.weight"
    }
  }

  var finalNorm: String {
    switch self {
    case .huggingFace: "model.norm.weight"
    case .gguf: "output_norm.weight"
    }
  }

  var outputHead: String {
    switch self {
    case .huggingFace: "lm_head.weight"
    case .gguf: "output.weight"
    }
  }

  /// Endings of tensors that old checkpoints store beside the weights and that follow from the configuration.
  static let derivedSuffixes = ["rotary_emb.inv_freq", "attention.rope.freqs"]

  /// The layer that a tensor's name says it belongs to, if it is one of a layer's.
  func layer(of name: String) -> Int? {
    let prefix =
      switch self {
      case .huggingFace: "model.layers."
      case .gguf: "blk."
      }
    guard name.hasPrefix(prefix) else { return nil }
    return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
  }

  /// A tensor of one layer, without `.weight` or `.bias`.
  func name(_ part: LayerPart, layer: Int) -> String {
    switch self {
    case .huggingFace: "model.layers.\(layer).\(part.huggingFaceName)"
    case .gguf: "blk.\(layer).\(part.ggufName)"
    }
  }
}

/// The weights of one layer, in the order of `transformers`.
package enum LayerPart: Int, CaseIterable, Sendable {
  case query, key, value, attentionOutput, queryNorm, keyNorm
  case gate, up, down, attentionNorm, feedForwardNorm

  var huggingFaceName: String {
    switch self {
    case .attentionNorm: "input_layernorm"
    case .query: "self_attn.q_proj"
    case .key: "self_attn.k_proj"
    case .value: "self_attn.v_proj"
    case .attentionOutput: "self_attn.o_proj"
    case .queryNorm: "self_attn.q_norm"
    case .keyNorm: "self_attn.k_norm"
    case .feedForwardNorm: "post_attention_layernorm"
    case .gate: "mlp.gate_proj"
    case .up: "mlp.up_proj"
    case .down: "mlp.down_proj"
    }
  }

  var ggufName: String {
    switch self {
    case .attentionNorm: "attn_norm"
    case .query: "attn_q"
    case .key: "attn_k"
    case .value: "attn_v"
    case .attentionOutput: "attn_output"
    case .queryNorm: "attn_q_norm"
    case .keyNorm: "attn_k_norm"
    case .feedForwardNorm: "ffn_norm"
    case .gate: "ffn_gate"
    case .up: "ffn_up"
    case .down: "ffn_down"
    }
  }
}
