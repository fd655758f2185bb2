import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Damaged adapters are refused, or run: nothing crashes, hangs, or takes memory that the files don't warrant.
/// `DECODE_FUZZ_ROUNDS` sets the rounds for each file (``FuzzTests``).
@Suite struct AdapterFuzzTests {
  @Test(arguments: [
    ("patterns", "tiny/llama-gqa-tied"), ("layers", "tiny/llama-gqa-tied"),
    ("excluding", "tiny/llama-gqa-tied"), ("saved-modules", "tiny/llama-gqa-tied"),
    ("bias-lora-only", "tiny/llama-bias"), ("tokens-both", "tiny/llama-bias"),
    ("parameters", "tiny/llama-gqa-tied"), ("tying-saved", "tiny/llama-gqa-tied"),
    ("mlx-lora", "tiny/llama-gqa-tied"), ("mlx-full", "tiny/llama-gqa-tied"),
  ])
  func damagedConfigurationsNeverCrash(_ name: String, _ base: String) throws {
    try fuzz(
      try ModelCopy(directory: "adapters/\(name)"), file: "adapter_config.json", on: base,
      seed: UInt64(name.utf8.count))
  }

  @Test(arguments: [
    ("dora", "tiny/llama-gqa-tied"), ("embeddings", "tiny/llama-gqa-tied"),
    ("lora-bias", "tiny/llama-bias"), ("saved-projection", "tiny/llama-bias"),
    ("tokens-tied", "tiny/llama-gqa-tied"), ("parameters-embedding", "tiny/llama-gqa-tied"),
    ("mlx-embedding", "tiny/llama-gqa-tied"), ("mlx-dora", "tiny/llama-gqa-tied"),
  ])
  func damagedWeightsNeverCrash(_ name: String, _ base: String) throws {
    try fuzz(
      try ModelCopy(directory: "adapters/\(name)"),
      file: name.hasPrefix("mlx-") ? "adapters.safetensors" : "adapter_model.safetensors", on: base,
      seed: UInt64(name.utf8.count))
  }

  @Test(arguments: [
    ("embeddings", "tiny/llama-gqa-tied"), ("gguf-base", "gguf/llama-f16.gguf"),
  ])
  func damagedGGUFAdaptersNeverCrash(_ name: String, _ base: String) throws {
    try fuzz(
      try ModelCopy(file: "adapters/\(name).gguf"), file: "model.gguf", on: base,
      seed: UInt64(name.utf8.count))
  }

  private func fuzz(
    _ copy: ModelCopy, file: String, on base: String, seed: UInt64
  ) throws {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path(base))
    let original = try copy.bytes(file)
    var mutator = Mutator(seed: seed)
    var accepted = 0
    for _ in 0..<FuzzTests.rounds {
      try copy.directory.write(mutator.mutate(original), to: file)
      if (try? use(copy.path, on: model)) != nil { accepted += 1 }
    }
    try copy.directory.write(original, to: file)
    // The undamaged adapter runs, so that the rounds above have something to damage.
    try use(copy.path, on: model)
    #expect(accepted < FuzzTests.rounds, "no damage was noticed")
  }

  /// Does with an adapter what a program would.
  private func use(_ path: String, on base: TransformerModel) throws {
    _ = try AdapterSummary(path: path)
    let model = try base.adding(
      try AdapterLoader.load(path: path, for: base.configuration), named: "adapter")
    let session = try model.makeSession(SessionOptions(threads: 1, contextLength: 16))
    let sequence = try session.open(
      adapter: AdapterMix([AdapterMix.Part(name: "adapter", weight: 0.7)]))
    _ = try session.logits(
      of: sequence, fed: [1, 2, 3], .last, vocabularyCount: model.vocabularyCount)
  }
}
