/// Where each weight stands in a checkpoint.
public enum TensorNaming: Hashable, Sendable {
  /// `model.layers.0.self_attn.q_proj.weight`, …
  case huggingFace
  /// `blk.0.attn_q.weight`, …
  case gguf
}
