import Foundation
import Models
import TestSupport
import Testing
import Transformer

/// Adapters of mlx-lm that can't be used are refused by file, field and reason. (What they compute: ``AdapterParityTests``.)
@Suite struct MLXAdapterTests {
  private func failure(
    of name: String = "mlx-lora", on base: String = "tiny/llama-gqa-tied",
    _ change: (ModelCopy) throws -> Void = { _ in }
  ) throws -> String {
    let copy = try ModelCopy(directory: "adapters/\(name)")
    try change(copy)
    let model = try ModelLoader.loadTransformer(path: Fixtures.path(base))
    return loadFailure {
      try model.adding(
        try AdapterLoader.load(path: copy.path, for: model.configuration), named: "adapter")
    }
  }

  @Test(arguments: [
    ("\"lora\"", "\"qlora\"", "“qlora”"),
    ("\"scale\": 2.5", "\"alpha\": 2.5", "lora_parameters.scale"),
    ("\"scale\": 2.5", "\"scale\": NaN", "lora_parameters.scale"),
    ("\"scale\": 2.5", "\"scale\": \"2\"", "lora_parameters.scale"),
    ("\"rank\": 3", "\"rank\": 4", "the rank 4"),
    ("\"rank\": 3", "\"rank\": 0", "lora_parameters.rank"),
    ("\"rank\": 3", "\"other\": 3", "lora_parameters.rank"),
    ("\"lora_parameters\"", "\"parameters\"", "lora_parameters"),
    ("\"num_layers\": 2", "\"num_layers\": 1", "has no place for it"),
    ("\"num_layers\": 2", "\"num_layers\": \"2\"", "num_layers"),
    ("\"self_attn.q_proj\"", "\"self_attn.k_proj\"", "q_proj.lora_a"),
    ("\"self_attn.q_proj\"", "7", "lora_parameters.keys"), ("\"lora\"", "\"full\"", "is no weight"),
    ("\"lora\"", "\"dora\"", "proj.m'"),
  ])
  func configurations(_ text: String, _ other: String, _ named: String) throws {
    let message = try failure { try $0.replace(text, by: other, in: "adapter_config.json") }
    #expect(message.contains(named), "\(message)")
    #expect(message.contains("adapter"), "\(message)")
  }

  @Test func theOlderNameOfTheNumberOfLayersIsRead() throws {
    let good = try failure { copy in
      try copy.replace("\"num_layers\": 2", by: "\"lora_layers\": 2", in: "adapter_config.json")
    }
    #expect(good == "nothing was thrown")
    let bad = try failure { copy in
      try copy.replace("\"num_layers\": 2", by: "\"lora_layers\": 1", in: "adapter_config.json")
    }
    #expect(bad.contains("no place"))
  }

  @Test func anAdapterForAnotherModelSaysSo() throws {
    let message = try failure(on: "tiny/llama-bias")
    #expect(
      message.contains("tensor '") && message.contains("made for another model"), "\(message)")
    let wide = try failure(on: "tiny/qwen3")
    #expect(wide.contains("made for another model"), "\(wide)")
  }

  @Test func aFactorThatIsMissingIsNamed() throws {
    let message = try failure { copy in
      try copy.replace("q_proj.lora_b", by: "q_proj.lora_c", in: "adapters.safetensors")
    }
    #expect(message.contains("lora_b") || message.contains("lora_c"), "\(message)")
    let file = try failure { try $0.remove("adapters.safetensors") }
    #expect(file.contains("adapters.safetensors"), "\(file)")
  }

  @Test func itsSummaryHoldsWhatTheFilesSay() throws {
    let summary = try AdapterSummary(path: Fixtures.path("adapters/mlx-dora"))
    #expect(summary.format == "mlx-lm" && summary.usesDoRA && summary.replaced.isEmpty)
    #expect(summary.base == "tiny/llama-gqa-tied")
    #expect(summary.modules.count == 9)
    #expect(summary.modules.allSatisfy { $0.rank == 3 && $0.scale == 2.5 })
    let full = try AdapterSummary(path: Fixtures.path("adapters/mlx-full"))
    #expect(full.modules.isEmpty && full.replaced.contains("model.layers.2.mlp.up_proj.weight"))
  }
}
