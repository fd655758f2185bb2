import Foundation
import Models
import TestSupport
import Testing
import Transformer

/// `config.json`, read as transformers 4.51.3 reads it (`make_configurations.py`).
@Suite struct HuggingFaceConfigurationTests {
  @Test func everyValueIsWhatTransformersUses() throws {
    let directory = try TemporaryDirectory()
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("configurations.json")))
    // The files themselves are taken from the fixture as they are, `null` and all.
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let cases = try #require(root["cases"] as? [[String: Any]])
    let expected = try JSONDecoder().decode(ConfigurationReference.self, from: data).cases
    #expect(cases.count >= 30)
    for (index, example) in cases.enumerated() {
      let config = try JSONSerialization.data(withJSONObject: try #require(example["config"]))
      try directory.write(config, to: "config.json")
      let found = try ModelLoader.loadConfiguration(path: directory.path)
      let text = String(decoding: config, as: UTF8.self)
      expected[index].expected.check(found, "\(text)")
    }
  }

  /// A file that is refused, and a piece of the message.
  @Test(arguments: [
    (#"{}"#, "“model_type”: is missing"),
    (#"[]"#, "must be an object"),
    (#"{"model_type": "llama""#, "JSON, byte"),
    (#"{"model_type": "llama", "model_type": "qwen2"}"#, "is there twice"),
    (#"{"model_type": "bloom"}"#, "“bloom”"),
    (#"{"model_type": "llama", "architectures": ["Qwen2ForCausalLM"]}"#, "contradicts"),
    (#"{"architectures": ["LlamaForSequenceClassification"]}"#, "“LlamaForSequenceClass"),
    (#"{"architectures": []}"#, "must be a list of class names"),
    (#"{"model_type": "llama", "num_attention_heads": 0}"#, "“num_attention_heads”"),
    (#"{"model_type": "llama", "num_attention_heads": -1}"#, "“num_attention_heads”"),
    (#"{"model_type": "llama", "num_attention_heads": 1.5}"#, "must be a whole number"),
    (#"{"model_type": "llama", "num_attention_heads": "8"}"#, "not a string"),
    (#"{"model_type": "llama", "num_key_value_heads": 33}"#, "“num_key_value_heads”: 33"),
    (#"{"model_type": "llama", "num_key_value_heads": 5}"#, "doesn't divide the 32"),
    (#"{"model_type": "llama", "num_attention_heads": 5000}"#, "“head_dim”"),
    (#"{"model_type": "llama", "head_dim": 63}"#, "must be even"),
    (#"{"model_type": "llama", "head_dim": -64}"#, "“head_dim”"),
    (#"{"model_type": "llama", "vocab_size": 18446744073709551615}"#, "is too large"),
    (#"{"model_type": "llama", "vocab_size": 1e300}"#, "“vocab_size”"),
    (#"{"model_type": "llama", "vocab_size": 9223372036854775807}"#, "must be between"),
    (#"{"model_type": "llama", "hidden_size": 9223372036854775807}"#, "must be between"),
    (#"{"model_type": "llama", "intermediate_size": 0}"#, "must be between"),
    (#"{"model_type": "llama", "num_hidden_layers": 4294967296}"#, "must be between"),
    (#"{"model_type": "llama", "max_position_embeddings": 9223372036854775807}"#, "between"),
    (#"{"model_type": "llama", "rms_norm_eps": -1e-5}"#, "“rms_norm_eps”"),
    (#"{"model_type": "llama", "rms_norm_eps": NaN}"#, "“rms_norm_eps”"),
    (#"{"model_type": "llama", "rope_theta": 0}"#, "“rope_theta”"),
    (#"{"model_type": "llama", "rope_theta": Infinity}"#, "“rope_theta”"),
    (#"{"model_type": "llama", "rope_theta": 1e999}"#, "“rope_theta”"),
    (#"{"model_type": "llama", "rope_scaling": 4}"#, "must be an object"),
    (#"{"model_type": "llama", "rope_scaling": {}}"#, "“rope_scaling.rope_type”: is missing"),
    (#"{"model_type": "llama", "rope_scaling": {"type": "ntk", "factor": 2}}"#, "“ntk”"),
    (
      #"{"model_type": "llama", "rope_scaling": {"rope_type": "longrope", "factor": 2}}"#,
      "short_factor”"
    ),
    (#"{"model_type": "llama", "rope_scaling": {"type": "linear"}}"#, "factor”: is missing"),
    (#"{"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 0}}"#, "factor”"),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4, "original_max_position_embeddings": 64}}"#,
      "must be below “high_freq_factor”"
    ),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "yarn", "factor": 8, "original_max_position_embeddings": 0}}"#,
      "original_max_position_embeddings”"
    ),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "yarn", "factor": 8, "beta_fast": 1, "beta_slow": 32}}"#,
      "beta_slow”"
    ),
    (#"{"model_type": "llama", "hidden_act": "quick_gelu"}"#, "“quick_gelu”"),
    (#"{"model_type": "llama", "attention_bias": 1}"#, "must be true or false"),
    (#"{"model_type": "llama", "partial_rotary_factor": 1.5}"#, "“partial_rotary_factor”"),
    (#"{"model_type": "llama", "quantization_config": {"quant_method": "awq"}}"#, "“awq”"),
    (#"{"model_type": "mistral", "sliding_window": 0}"#, "“sliding_window”"),
    (#"{"model_type": "gemma2", "layer_types": ["full_attention"]}"#, "a list of 26 names"),
    (
      #"{"model_type": "gemma2", "num_hidden_layers": 1, "layer_types": ["linear_attention"]}"#,
      "“linear_attention”"
    ),
    (
      #"{"model_type": "smollm3", "num_hidden_layers": 2, "no_rope_layers": [1, 2]}"#,
      "“no_rope_layers”"
    ),
    (#"{"model_type": "olmo", "clip_qkv": 8.0}"#, "“clip_qkv”"),
    (#"{"model_type": "falcon", "alibi": true}"#, "“alibi”"),
    (#"{"model_type": "phi", "qk_layernorm": true}"#, "“qk_layernorm”"),
    (#"{"model_type": "gpt2", "scale_attn_weights": false}"#, "“scale_attn_weights”"),
    (#"{"model_type": "ministral3"}"#, "“rope_parameters”: is missing"),
    (#"{"model_type": "granite", "logits_scaling": 0}"#, "“logits_scaling”"),
    (
      #"{"model_type": "phi3", "rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]}}"#,
      "a list of 48 numbers"
    ),
  ])
  func whatCannotBeIsRefused(_ text: String, _ message: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(text.utf8, to: "config.json")
    let failure = loadFailure { try ModelLoader.loadConfiguration(path: directory.path) }
    #expect(failure.hasPrefix(path), "\(failure)")
    #expect(failure.contains(message), "\(failure)")
  }

  @Test func aShapeThatContradictsTheTensorsIsRefused() throws {
    for (old, new) in [
      ("\"hidden_size\": 64", "\"hidden_size\": 60"),
      ("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4"),
      ("\"vocab_size\": 96", "\"vocab_size\": 97"),
      ("\"intermediate_size\": 64", "\"intermediate_size\": 63"),
      ("\"head_dim\": 16", "\"head_dim\": 8"),
      ("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false"),
      ("\"attention_bias\": false", "\"attention_bias\": true"),
    ] {
      let copy = try ModelCopy(directory: "tiny/llama-gqa-tied")
      try copy.replace(old, by: new, in: "config.json")
      let failure = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
      #expect(failure.contains("tensor '"), "\(new): \(failure)")
    }
  }

  @Test func theLaterSpellingOfRotaryParametersIsRead() throws {
    let directory = try TemporaryDirectory()
    let text =
      #"{"model_type": "llama", "rope_parameters": {"rope_theta": 5e5, "rope_type": "linear", "factor": 2}}"#
    try directory.write(text.utf8, to: "config.json")
    let rotary = try ModelLoader.loadConfiguration(path: directory.path).rotaryEmbedding
    #expect(rotary.theta == 500000)
    #expect(rotary.scaling == .linear(factor: 2))
  }
}

/// What transformers makes of a `config.json`.
private struct ConfigurationReference: Decodable {
  struct Case: Decodable {
    let expected: Expected
  }
  let cases: [Case]

  struct Expected: Decodable {
    let vocabularyCount: Int
    let hiddenSize: Int
    let layerCount: Int
    let headCount: Int
    let keyValueHeadCount: Int
    let headDimension: Int
    let intermediateSize: Int
    let normEpsilon: Float
    let contextLength: Int
    let theta: Double
    let slidingWindow: Int?
    let hasQueryKeyValueBias: Bool
    let hasAttentionOutputBias: Bool
    let hasFeedForwardBias: Bool
    let hasQueryKeyNorm: Bool
    let tiesEmbeddings: Bool
    let scaling: String
    let parameters: [Double]?

    func check(_ found: TransformerConfiguration, _ comment: Comment) {
      let rotary = RotaryEmbedding(
        theta: theta, dimension: headDimension, pairing: .halves,
        scaling: found.rotaryEmbedding.scaling)
      var wanted = TransformerConfiguration(
        vocabularyCount: vocabularyCount, hiddenSize: hiddenSize, layerCount: layerCount,
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headDimension: headDimension,
        intermediateSize: intermediateSize, normEpsilon: normEpsilon,
        contextLength: contextLength, rotaryEmbedding: rotary, slidingWindow: slidingWindow,
        hasQueryKeyValueBias: hasQueryKeyValueBias,
        hasAttentionOutputBias: hasAttentionOutputBias, hasFeedForwardBias: hasFeedForwardBias,
        hasQueryKeyNorm: hasQueryKeyNorm, tiesEmbeddings: tiesEmbeddings)
      wanted.moduleNames = found.moduleNames
      #expect(found == wanted, comment)
      let (kind, values) = describe(found.rotaryEmbedding.scaling)
      #expect(kind == scaling, comment)
      #expect(values.count == (parameters ?? []).count, comment)
      for (left, right) in zip(values, parameters ?? []) {
        #expect(abs(left - right) <= 1e-12 * abs(right), comment)
      }
    }

    private func describe(_ scaling: RotaryEmbedding.Scaling) -> (String, [Double]) {
      switch scaling {
      case .none: ("default", [])
      case .linear(let factor): ("linear", [factor])
      case .llama3(let factor, let low, let high, let original):
        ("llama3", [factor, low, high, Double(original)])
      case .yarn(let factor, let original, let fast, let slow, let attention):
        ("yarn", [factor, Double(original), fast, slow, attention ?? .nan])
      case .dynamic(let factor, let original): ("dynamic", [factor, Double(original)])
      case .longRope(let short, let long, let original, let attention):
        ("longrope", (short + long).map(Double.init) + [Double(original), attention])
      case .factors: ("factors", [])
      }
    }
  }
}
