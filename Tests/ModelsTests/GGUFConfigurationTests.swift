import Checkpoints
import Models
import TestSupport
import Testing
import Transformer

/// Shapes from GGUF metadata, and metadata that can't be.
@Suite struct GGUFConfigurationTests {
  private func configuration(_ name: String) throws -> TransformerConfiguration {
    try ModelLoader.loadConfiguration(path: Fixtures.path("gguf/\(name).gguf"))
  }

  @Test func llamaPairsNeighboursAndQwenHalves() throws {
    #expect(try configuration("llama-f16").rotaryEmbedding.pairing == .interleaved)
    #expect(try configuration("qwen2-f16").rotaryEmbedding.pairing == .halves)
    #expect(try configuration("qwen3-q8_0").rotaryEmbedding.pairing == .halves)
  }

  @Test func tensorsTellWhatMetadataDoesNot() throws {
    let plain = try configuration("llama-f16")
    #expect(!plain.tiesEmbeddings && !plain.hasQueryKeyValueBias && !plain.hasQueryKeyNorm)
    #expect(try configuration("llama-q8_0").tiesEmbeddings)
    let biased = try configuration("llama-bf16-bias")
    #expect(
      biased.hasQueryKeyValueBias && biased.hasAttentionOutputBias && biased.hasFeedForwardBias)
    #expect(biased.headDimension == 8)
    #expect(try configuration("qwen2-f16").hasQueryKeyValueBias)
    #expect(try configuration("qwen3-q8_0").hasQueryKeyNorm)
  }

  @Test func scalingIsRead() throws {
    #expect(
      try configuration("llama-rope-linear").rotaryEmbedding.scaling == .linear(factor: 4))
    guard case .factors(let factors) = try configuration("llama-rope-freqs").rotaryEmbedding.scaling
    else {
      Issue.record("no factors")
      return
    }
    #expect(factors.count == 8 && factors.first == 1 && factors.last == 8)
    guard
      case .yarn(4, 32, 32, 1, let attention?) = try configuration("qwen2-yarn-q8_0")
        .rotaryEmbedding.scaling
    else {
      Issue.record("no YaRN")
      return
    }
    #expect(abs(attention - 1.1386294361119891) < 1e-12)
  }

  /// A key, what to overwrite its 32 bits with, and a piece of the message.
  @Test(arguments: [
    ("llama.attention.head_count", 0, "“llama.attention.head_count”"),
    ("llama.attention.head_count", UInt32.max, "“llama.attention.head_count”"),
    ("llama.attention.head_count_kv", 3, "doesn't divide the 4"),
    ("llama.attention.head_count_kv", 8, "doesn't divide the 4"),
    ("llama.attention.head_count_kv", 0, "“llama.attention.head_count_kv”"),
    ("llama.embedding_length", 72, "“llama.embedding_length” is 72"),
    ("llama.embedding_length", 63, "63 is no multiple of the 4"),
    ("llama.embedding_length", 0, "“llama.embedding_length”"),
    ("llama.block_count", 3, "tensor 'blk.2"),
    ("llama.block_count", UInt32.max, "“llama.block_count”"),
    ("llama.feed_forward_length", 97, "tensor 'blk.0.ffn_"),
    ("llama.vocab_size", 95, "contradicts the 96 rows"),
    ("llama.context_length", UInt32.max, "“llama.context_length”"),
    ("llama.context_length", 0, "“llama.context_length”"),
    ("llama.rope.dimension_count", 7, "“llama.rope.dimension_count”"),
    ("llama.rope.dimension_count", 18, "“llama.rope.dimension_count”"),
    ("llama.rope.freq_base", 0x7FC0_0000, "“llama.rope.freq_base”"),
    ("llama.rope.freq_base", 0, "“llama.rope.freq_base”"),
    ("llama.attention.layer_norm_rms_epsilon", 0x7F80_0000, "layer_norm_rms_epsilon”"),
  ])
  func metadataThatCannotBeIsRefused(_ key: String, _ value: UInt32, _ message: String) throws {
    let copy = try ModelCopy(file: "gguf/llama-q8_0.gguf")
    try copy.setGGUF(key, to: value)
    let failure = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(failure.hasPrefix(copy.path), "\(failure)")
    #expect(failure.contains(message), "\(failure)")
  }

  /// Keys that are needed: each is renamed, and missed.
  @Test(arguments: [
    "general.architecture", "llama.block_count", "llama.embedding_length", "llama.context_length",
    "llama.feed_forward_length", "llama.attention.head_count",
    "llama.attention.layer_norm_rms_epsilon",
  ])
  func missingMetadataIsNamed(_ key: String) throws {
    let copy = try ModelCopy(file: "gguf/llama-f32.gguf")
    try copy.replace(key, by: String(key.dropLast()) + "#", in: "model.gguf")
    let failure = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(failure.contains(key) && failure.contains("is missing"), "\(failure)")
  }

  @Test func anotherArchitectureIsNamed() throws {
    let copy = try ModelCopy(file: "gguf/llama-f32.gguf")
    try copy.replace("llama", by: "bloom", in: "model.gguf")
    let failure = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(failure.contains("“bloom” (llama, qwen2, qwen3, "), "\(failure)")
  }

  @Test func anUnknownScalingIsNamed() throws {
    let copy = try ModelCopy(file: "gguf/llama-rope-linear.gguf")
    try copy.replace("linear", by: "nonlin", in: "model.gguf")
    let failure = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(failure.contains("“nonlin”"), "\(failure)")
  }

  @Test func frequencyFactorsThatCannotBeAreRefused() throws {
    let copy = try ModelCopy(file: "gguf/llama-rope-freqs.gguf")
    var bytes = try copy.bytes("model.gguf")
    let start = try #require(try GGUFFile(path: copy.path).tensor(named: "rope_freqs.weight"))
      .offset
    bytes.replaceSubrange(start..<start + 4, with: [0, 0, 0, 0])
    try copy.directory.write(bytes, to: "model.gguf")
    let failure = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(failure.contains("tensor 'rope_freqs.weight': element 0"), "\(failure)")
  }
}
