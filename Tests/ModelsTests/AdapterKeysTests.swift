import Foundation
import Models
import TestSupport
import Testing
import Transformer

/// Every key that PEFT writes into `adapter_config.json` is read, is known to change nothing, or is refused by its name.
@Suite struct AdapterKeysTests {
  /// A value other than the default for each key, as JSON, and a word of the refusal of an adapter that has it alone;
  /// `nil`: the adapter loads.
  static let samples: [String: (value: String, refusal: String?)] = [
    "alora_invocation_tokens": ("[3]", "alora_invocation_tokens"),
    "alpha_pattern": (#"{"q_proj": 3}"#, nil),
    "arrow_config": (#"{"top_k": 3}"#, "arrow_config"),
    "auto_mapping": (#"{"base_model_class": "LlamaForCausalLM"}"#, nil),
    "base_model_name_or_path": (#""org/name""#, nil),
    "bias": (#""some""#, "“some”"),
    "corda_config": (#"{"cov_sample_num": 1}"#, nil),
    "ensure_weight_tying": ("true", nil),
    "eva_config": (#"{"rho": 2}"#, nil),
    "exclude_modules": (#"["q_proj"]"#, "this model has no place for it"),
    "fan_in_fan_out": ("true", nil),
    "inference_mode": ("false", nil),
    "init_lora_weights": (#""olora""#, "olora"),
    "kasa_config": (#"{"beta": 1}"#, "kasa_config"),
    "layer_replication": ("[[0, 2]]", "layer_replication"),
    "layers_pattern": (#""h""#, "layers_to_transform"),
    "layers_to_transform": ("[0, 1, 2]", nil),
    "loftq_config": (#"{"loftq_bits": 4}"#, nil),
    "lora_alpha": ("16", nil),
    "lora_bias": ("true", "lora_B.bias"),
    "lora_dropout": ("0.1", nil),
    "lora_ga_config": (#"{"direction": "ArB2r"}"#, nil),
    "megatron_config": (#"{"a": 1}"#, "megatron_config"),
    "megatron_core": (#""other.core""#, nil),
    "modules_to_save": (#"["lm_head"]"#, "lm_head.weight"),
    "monteclora_config": (#"{"a": 1}"#, "monteclora_config"),
    "peft_type": (#""IA3""#, "IA3"),
    "peft_version": (#""0.7.0""#, nil),
    "qalora_group_size": ("32", nil),
    "r": ("5", "the rank 5"),
    "rank_pattern": (#"{"q_proj": 3}"#, "the rank 3"),
    "revision": (#""main""#, nil),
    "target_modules": (#"["k_proj"]"#, "k_proj.lora_A.weight"),
    "target_parameters": (#"["q_proj.weight"]"#, "is updated otherwise too"),
    "task_type": (#""SEQ_CLS""#, "SEQ_CLS"),
    "trainable_token_indices": ("[3]", "trainable_tokens_delta"),
    "use_bdlora": (#"{"nblocks": 2}"#, "use_bdlora"),
    "use_dora": ("true", "lora_magnitude_vector"),
    "use_qalora": ("true", "use_qalora"),
    "use_rslora": ("true", nil),
    "velora_config": (#"{"a": 1}"#, "velora_config"),
  ]

  private struct Keys: Decodable {
    /// The values, which are of any kind, aside.
    struct Anything: Decodable {
      init(from decoder: any Decoder) throws {}
    }
    let keys: [String: Anything?]
    let targets: [String: [String]]
  }

  /// Loads a copy of an adapter with a key set to a value, as JSON.
  private func failure(
    setting key: String, to value: String, in adapter: String = "adapters/plain-qv",
    of base: String = "tiny/llama-gqa-tied"
  ) throws -> String {
    let copy = try ModelCopy(directory: adapter)
    let name = "adapter_config.json"
    var config =
      try JSONSerialization.jsonObject(with: Data(try copy.bytes(name))) as? [String: Any] ?? [:]
    config[key] = try JSONSerialization.jsonObject(
      with: Data(value.utf8), options: .fragmentsAllowed)
    try copy.directory.write(try JSONSerialization.data(withJSONObject: config), to: name)
    let model = try ModelLoader.loadTransformer(path: Fixtures.path(base))
    return loadFailure {
      try model.adding(
        try AdapterLoader.load(path: copy.path, for: model.configuration), named: "adapter")
    }
  }

  @Test func theListIsPEFTs() throws {
    let keys = try Fixtures.json(Keys.self, "adapter-keys.json").keys
    #expect(Set(keys.keys).subtracting(["runtime_config"]) == Set(Self.samples.keys))
  }

  @Test(arguments: Self.samples.keys.sorted()) func eachIsReadOrRefusedByName(key: String) throws {
    let sample = try #require(Self.samples[key])
    let message = try failure(setting: key, to: sample.value)
    if let word = sample.refusal {
      #expect(message.contains(word), "\(key): \(message)")
      #expect(message.contains("adapter_"), "\(key): \(message)")
    } else {
      #expect(message == "nothing was thrown", "\(key)")
    }
  }

  @Test(arguments: Architecture.all) func theDefaultTargetsArePEFTs(_ family: Architecture) throws {
    let targets = try Fixtures.json(Keys.self, "adapter-keys.json").targets
    let folders =
      FamilyTests.names.map { "families/\($0)" } + ["tiny/mistral-window", "tiny/qwen3"]
    var isSeen = ["llama", "qwen2"].contains(family.name)
    for folder in folders {
      let config = try Data(
        contentsOf: URL(fileURLWithPath: Fixtures.path("\(folder)/config.json")))
      let object = try JSONSerialization.jsonObject(with: config) as? [String: Any]
      guard object?["model_type"] as? String == family.name else { continue }
      isSeen = true
      let model = try ModelLoader.loadTransformer(path: Fixtures.path(folder))
      #expect(model.configuration.moduleNames.defaultTargets == targets[family.name] ?? [])
    }
    #expect(isSeen)
  }

  @Test func targetsThatNoFileNamesAreThoseOfTheFamily() throws {
    func withoutTargets(_ family: String) throws -> String {
      try failure(
        setting: "target_modules", to: "null", in: "families/\(family)/adapter",
        of: "families/\(family)")
    }
    #expect(try failure(setting: "target_modules", to: "null") == "nothing was thrown")
    // The adapter has updates of all projections, so that the first that isn't in the default is left over.
    #expect(try withoutTargets("gpt2").contains("attn.c_proj.lora_A.weight"))
    #expect(try withoutTargets("olmo2").contains("PEFT has no default"))
  }

  @Test func aKeyOfAnotherReleaseIsRefusedWhereItIsSet() throws {
    #expect(try failure(setting: "new_feature", to: "{\"a\": 1}").contains("“new_feature”"))
    for neutral in ["null", "false", "[]", "{}"] {
      #expect(try failure(setting: "new_feature", to: neutral) == "nothing was thrown")
    }
  }
}
