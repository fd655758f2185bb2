import Foundation
import LanguageModeling

/// The files that the scripts in `Fixtures` write.
enum Fixtures {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  static func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

  static func json<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(
      type, from: Data(contentsOf: directory.appendingPathComponent(name)))
  }

  /// The tiny models in Hugging Face layout (`make_tiny_models.py`).
  static let huggingFaceModels = [
    "llama-gqa-tied", "llama-untied-bfloat16", "llama-bias", "llama-rope-linear",
    "llama-rope-llama3", "llama-rope-yarn", "llama-head-dim-float16", "llama-defaults",
    "llama-sharded", "mistral-window", "qwen2-bfloat16", "qwen2-yarn", "qwen3",
    "qwen3-bias-float16",
  ]

  /// The tiny models as GGUF files (`make_tiny_gguf.py`).
  static let ggufModels = [
    "llama-f32", "llama-f16", "llama-bf16-bias", "llama-q8_0", "llama-q4_0", "llama-q4_1",
    "llama-q5_0", "llama-q5_1", "llama-iq4_nl", "llama-q2_k", "llama-q3_k", "llama-q4_k",
    "llama-q5_k", "llama-q6_k", "llama-mixed", "llama-rope-freqs", "llama-rope-linear",
    "qwen2-f16", "qwen2-yarn-q8_0", "qwen3-q8_0",
  ]
}

/// What transformers computes for a tiny model.
struct Reference: Decodable {
  struct Prompt: Decodable {
    let tokens: [TokenID]
    let log_probabilities: Data
    let greedy: [TokenID]
  }
  let prompts: [Prompt]
}

/// What the references make of texts, for a tiny model with a vocabulary.
struct TextReference: Decodable {
  struct Case: Decodable {
    let text: String
    let tokens: [TokenID]
    let next: Data
    let greedy: [TokenID]
  }
  /// A conversation in the model's template, where it has one.
  let chat: String?
  let cases: [Case]
}

extension Data {
  /// The little-endian floats that the bytes hold.
  var floats: [Float] {
    withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { index in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
      }
    }
  }
}
