/// The architectures that can be run. All are decoder-only transformers of the Llama family.
public enum Architecture: String, Hashable, Sendable, CaseIterable {
  /// Llama 1 to 3 and what shares their shape: SmolLM, TinyLlama, …; in a GGUF also Mistral.
  case llama
  /// Mistral: Llama with a sliding window.
  case mistral
  /// Qwen2 and Qwen2.5: biases on query, key and value.
  case qwen2
  /// Qwen3: normalised queries and keys.
  case qwen3

  /// The class that Hugging Face's `architectures` names.
  var className: String {
    switch self {
    case .llama: "LlamaForCausalLM"
    case .mistral: "MistralForCausalLM"
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    }
  }
}
