import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Adapters that can't be used are refused by file, field and reason.
@Suite struct AdapterErrorTests {
  private static let base = "tiny/llama-gqa-tied"

  private func load(_ path: String, on base: String = Self.base) throws -> TransformerModel {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path(base))
    return try model.adding(
      try AdapterLoader.load(path: path, for: model.configuration), named: "adapter")
  }

  /// What is said of a copy of an adapter after a change.
  private func failure(
    of name: String, on base: String = Self.base, _ change: (ModelCopy) throws -> Void
  ) throws -> String {
    let copy = try ModelCopy(directory: "adapters/\(name)")
    try change(copy)
    return loadFailure { try load(copy.path, on: base) }
  }

  private func replacing(_ text: String, _ other: String, in name: String) throws -> String {
    try failure(of: name) { try $0.replace(text, by: other, in: "adapter_config.json") }
  }

  @Test(arguments: [
    ("\"peft_type\": \"LORA\"", "\"peft_type\": \"LOHA\"", "“LOHA”"),
    ("\"peft_type\": \"LORA\"", "\"peft_type\": null", "peft_type"),
    ("\"task_type\": \"CAUSAL_LM\"", "\"task_type\": \"SEQ_CLS\"", "SEQ_CLS"),
    ("\"trainable_token_indices\": null", "\"trainable_token_indices\": [3]", "trainable_token"),
    ("\"alora_invocation_tokens\": null", "\"alora_invocation_tokens\": [3]", "alora_invocation"),
    ("\"layer_replication\": null", "\"layer_replication\": [[0, 1]]", "layer_replication"),
    ("\"target_parameters\": null", "\"target_parameters\": [\"w\"]", "target_parameters"),
    ("\"use_qalora\": false", "\"use_qalora\": true", "use_qalora"),
    ("\"use_bdlora\": null", "\"use_bdlora\": {\"nblocks\": 2}", "use_bdlora"),
    ("\"kasa_config\": null", "\"kasa_config\": {\"beta\": 1}", "kasa_config"),
    ("\"velora_config\": null", "\"velora_config\": {\"a\": 1}", "velora_config"),
    ("\"megatron_config\": null", "\"megatron_config\": {\"a\": 1}", "megatron_config"),
    ("\"use_qalora\": false", "\"use_something_new\": 3", "use_something_new"),
    ("\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\"", "pissa"),
    ("\"init_lora_weights\": true", "\"init_lora_weights\": \"loftq\"", "loftq"),
    ("\"bias\": \"none\"", "\"bias\": \"some\"", "“some”"),
    ("\"r\": 4", "\"r\": 0", "“r”"),
    ("\"r\": 4", "\"r\": -4", "“r”"),
    ("\"r\": 4", "\"r\": \"four\"", "“r”"),
    ("\"r\": 4", "\"r\": 5", "the rank 5"),
    ("\"lora_alpha\": 8", "\"lora_alpha\": NaN", "lora_alpha"),
    ("\"lora_alpha\": 8", "\"lora_alpha\": Infinity", "lora_alpha"),
    ("\"rank_pattern\": {}", "\"rank_pattern\": {\"q_proj\": 3}", "the rank 3"),
    ("\"rank_pattern\": {}", "\"rank_pattern\": {\"(\": 3}", "expression"),
    ("\"rank_pattern\": {}", "\"rank_pattern\": {\")(\": 3}", "expression"),
    ("\"alpha_pattern\": {}", "\"alpha_pattern\": {\"q_proj\": \"x\"}", "alpha_pattern.q_proj"),
    ("\"use_dora\": false", "\"use_dora\": true", "lora_magnitude_vector"),
    ("\"lora_bias\": false", "\"lora_bias\": true", "lora_B.bias"),
    ("\"exclude_modules\": null", "\"exclude_modules\": [\"v_proj\"]", "v_proj.lora_A.weight"),
    ("\"modules_to_save\": null", "\"modules_to_save\": [\"lm_head\"]", "lm_head.weight"),
    ("\"modules_to_save\": null", "\"modules_to_save\": [\"score\"]", "“score”"),
    ("\"layers_to_transform\": null", "\"layers_to_transform\": [0]", "layers.1"),
    ("\"layers_pattern\": null", "\"layers_pattern\": \"layers\"", "layers_to_transform"),
    ("\"q_proj\"", "\"k_proj\"", "k_proj.lora_A.weight"),
    ("\"q_proj\"", "\"q_proj\", \"norm\"", "“model.norm”"),
    ("\"q_proj\"", "7", "target_modules"),
  ])
  func configurations(_ text: String, _ other: String, _ named: String) throws {
    let message = try replacing(text, other, in: "plain-qv")
    #expect(message.contains(named), "\(message)")
    #expect(message.contains("adapter_config.json") || message.contains("safetensors"))
  }

  @Test func aFactorThatIsMissingIsNamed() throws {
    let message = try failure(of: "plain-qv") { copy in
      try copy.replace(
        "layers.1.self_attn.q_proj.lora_B.weight", by: "layers.1.self_attn.q_proj.lora_C.weight",
        in: "adapter_model.safetensors")
    }
    #expect(
      message.contains("layers.1.self_attn.q_proj.lora_B.weight' is missing")
        || message.contains("layers.1.self_attn.q_proj.lora_B.weight': is missing"), "\(message)")
  }

  @Test func aTensorThatNobodyAskedForIsNamed() throws {
    // In the place of a norm that is asked for, so that it alone is left over.
    let message = try failure(of: "saved-modules") { copy in
      try copy.replace(
        "\"modules_to_save\": [\n    \"lm_head\",\n    \"norm\"\n  ]",
        by: "\"modules_to_save\": [\"lm_head\"]", in: "adapter_config.json")
    }
    #expect(message.contains("norm.weight"), "\(message)")
  }

  @Test func aDamagedNumberIsNamed() throws {
    let message = try failure(of: "plain-qv") { copy in
      var bytes = try copy.bytes("adapter_model.safetensors")
      bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: littleEndian(UInt32(0x7FC0_0000)))
      try copy.directory.write(bytes, to: "adapter_model.safetensors")
    }
    #expect(message.contains("NaN") && message.contains("layers.2.self_attn.v_proj.lora_B.weight"))
  }

  @Test func aTruncatedFileIsNamed() throws {
    for keep in [0, 4, 100, 2000] {
      let message = try failure(of: "plain-qv") { copy in
        let bytes = try copy.bytes("adapter_model.safetensors")
        try copy.directory.write(bytes.prefix(keep), to: "adapter_model.safetensors")
      }
      #expect(message.contains("adapter_model.safetensors"))
    }
  }

  @Test func anAdapterForAnotherBaseIsRefusedByItsFirstTensor() throws {
    let narrow = try failure(of: "qwen2") {
      try $0.replace(
        "\"layers_to_transform\": null", by: "\"layers_to_transform\": [0, 1]",
        in: "adapter_config.json")
    }
    #expect(narrow.contains("tensor 'base_model.model.model.layers.0."), "\(narrow)")
    #expect(narrow.contains("32]") && narrow.contains("64]"), "\(narrow)")
    let deep = loadFailure { try load(Fixtures.path("adapters/plain-qv"), on: "tiny/llama-bias") }
    #expect(deep.contains("layers.2.self_attn.q_proj.lora_A.weight"), "\(deep)")
    #expect(deep.contains("another model"), "\(deep)")
    // The same widths and fewer layers.
    let shallow = loadFailure {
      try load(Fixtures.path("adapters/gguf-base-qwen2"), on: "tiny/llama-gqa-tied")
    }
    #expect(shallow.contains("another model") || shallow.contains("missing"), "\(shallow)")
    let other = loadFailure {
      try load(Fixtures.path("adapters/plain-qv.gguf"), on: "tiny/llama-bias")
    }
    #expect(other.contains("blk.2.attn_q.weight.lora_a"), "\(other)")
    #expect(other.contains("another model"), "\(other)")
  }

  @Test func aGGUFAdapterOfAnotherArchitectureIsRefused() throws {
    let configuration = try ModelLoader.loadConfiguration(path: Fixtures.path(Self.base))
    let message = loadFailure {
      try AdapterLoader.load(
        path: Fixtures.path("adapters/plain-qv.gguf"), for: configuration, architecture: .qwen2)
    }
    #expect(message.contains("“llama”") && message.contains("“qwen2”"))
  }

  @Test func whatIsNoAdapterIsToldWithWhatToGive() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array("x".utf8), to: "adapter_model.safetensors")
    func failure(_ path: String) -> String { loadFailure { try load(path) } }
    #expect(failure(directory.path).contains("adapter_config.json"))
    #expect(failure(directory.file("adapter_model.safetensors")).contains("directory"))
    #expect(failure(directory.file("nothing")).contains("adapter_config.json"))
    #expect(failure(Fixtures.path(Self.base)).contains("give it as the model"))
    #expect(failure(Fixtures.path("gguf/llama-f16.gguf")).contains("not an adapter"))
    #expect(failure("/dev/null").contains("/dev/null"))
  }

  @Test func weightsInPicklesAreRefusedByFormat() throws {
    let message = try failure(of: "plain-qv") { copy in
      try FileManager.default.moveItem(
        atPath: copy.directory.file("adapter_model.safetensors"),
        toPath: copy.directory.file("adapter_model.bin"))
    }
    #expect(message.contains("pickle"))
  }

  /// Names in the configuration are matched, never opened: the files have fixed names.
  @Test func namesThatLookLikePathsOpenNothing() throws {
    let copy = try ModelCopy(directory: "adapters/plain-qv")
    try copy.replace(
      "\"tiny/llama-gqa-tied\"", by: "\"../../../../etc/passwd\"", in: "adapter_config.json")
    _ = try load(copy.path)
    try copy.replace(
      "\"modules_to_save\": null", by: "\"modules_to_save\": [\"../../lm_head\"]",
      in: "adapter_config.json")
    #expect(loadFailure { try load(copy.path) }.contains("no module of this model"))
  }

  // MARK: - GGUF

  /// A GGUF adapter over the first query projection of the tiny model.
  private func gguf(
    _ change: (inout GGUFBuilder) -> Void = { _ in }, type: String = "adapter",
    kind: String? = "lora", alpha: Float? = 4,
    tensors: [(String, [UInt64])] = [
      ("blk.0.attn_q.weight.lora_a", [64, 2]), ("blk.0.attn_q.weight.lora_b", [2, 64]),
    ], value: Float = 0.5
  ) throws -> String {
    var builder = GGUFBuilder()
    builder.add("general.type", .string(type))
    builder.add("general.architecture", .string("llama"))
    if let kind { builder.add("adapter.type", .string(kind)) }
    if let alpha { builder.add("adapter.lora.alpha", .float32(alpha)) }
    change(&builder)
    for (name, extents) in tensors {
      let count = Int(extents.reduce(1, *))
      builder.addTensor(name, extents: extents, floats: Array(repeating: value, count: count))
    }
    let directory = try TemporaryDirectory()
    return loadFailure {
      try load(try directory.write(builder.build(), to: "adapter.gguf"))
    }
  }

  @Test func goodAndBadGGUFAdapters() throws {
    #expect(try gguf() == "nothing was thrown")
    #expect(try gguf(type: "model").contains("not an adapter"))
    #expect(try gguf(type: "imatrix").contains("not an adapter"))
    #expect(try gguf(kind: nil).contains("adapter.type"))
    #expect(try gguf(kind: "loha").contains("“loha”"))
    // llama.cpp reads 0 there, which is a scale of 1.
    #expect(try gguf(alpha: nil) == "nothing was thrown")
    #expect(try gguf(alpha: .nan).contains("adapter.lora.alpha"))
    #expect(try gguf(value: .infinity).contains("infinity"))
    #expect(try gguf(tensors: []).contains("there are none"))
    let a = ("blk.0.attn_q.weight.lora_a", [64, 2] as [UInt64])
    #expect(try gguf(tensors: [a]).contains("blk.0.attn_q.weight.lora_b"))
    #expect(
      try gguf(tensors: [a, ("blk.0.attn_q.weight.lora_b", [3, 64])]).contains("[64, 3]"))
    #expect(try gguf(tensors: [("blk.9.attn_q.weight.lora_a", [64, 2])]).contains("blk.9.attn_q"))
    #expect(try gguf(tensors: [("blk.0.attn_q.weight", [64, 64])]).contains("whole weight"))
    #expect(try gguf(tensors: [("blk.0.attn_norm.weight", [63])]).contains("[63]"))
    #expect(try gguf(tensors: [("blk.0.attn_norm.weight", [64])]) == "nothing was thrown")
    #expect(
      try gguf { $0.add("adapter.alora.invocation_tokens", .int32s([1])) }.contains("alora"))
  }
}
