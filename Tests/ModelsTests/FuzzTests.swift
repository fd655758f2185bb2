import ChatTemplates
import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization
import Transformer

/// Damaged models are refused, or run: nothing crashes, hangs, or takes memory that the files don't warrant.
///
/// Each round damages one file of a tiny model and loads it; what is accepted encodes a text and runs a step.
/// `DECODE_FUZZ_ROUNDS` sets the rounds for each file; by default few enough for every test run.
@Suite struct FuzzTests {
  static let rounds =
    ProcessInfo.processInfo.environment["DECODE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 100

  @Test(arguments: [
    ("tokenized/spm", "config.json"), ("tokenized/spm", "generation_config.json"),
    ("tokenized/spm", "model.safetensors"), ("tokenized/spm", "tokenizer.model"),
    ("tokenized/spm", "tokenizer_config.json"), ("tokenized/bpe", "tokenizer.json"),
    ("tokenized/bpe", "chat_template.jinja"), ("tokenized/bpe", "config.json"),
    ("tiny/llama-sharded", "model.safetensors.index.json"),
    ("tiny/llama-rope-yarn", "config.json"), ("tiny/llama-rope-llama3", "config.json"),
    ("tiny/mistral-window", "config.json"), ("tiny/qwen3", "config.json"),
    ("mlx/mixed", "config.json"), ("mlx/mixed", "model.safetensors"),
    ("families/gemma3", "config.json"), ("families/gemma3-rope-parameters", "config.json"),
    ("families/phi3-longrope", "config.json"), ("families/gpt2", "config.json"),
    ("families/gpt2", "model.safetensors"), ("families/falcon-40b", "config.json"),
    ("families/falcon-40b", "model.safetensors"), ("families/smollm3", "config.json"),
    ("families/ministral3", "config.json"), ("families/granite-moe", "config.json"),
    ("families/granite-moe", "model.safetensors"), ("families/qwen3-moe", "config.json"),
  ])
  func damagedDirectoriesNeverCrash(_ name: String, _ file: String) throws {
    let copy = try ModelCopy(directory: name)
    try fuzz(copy, file: file, seed: UInt64(name.utf8.count << 8 + file.utf8.count))
  }

  @Test(arguments: [
    "tokenized/spm.gguf", "tokenized/bpe.gguf", "gguf/llama-mixed.gguf",
    "gguf/llama-rope-freqs.gguf", "gguf/qwen2-yarn-q8_0.gguf", "gguf/qwen3-q8_0.gguf",
    "families-gguf/gemma3.gguf", "families-gguf/phi3-longrope.gguf",
    "families-gguf/exaone4.gguf", "families-gguf/gpt2.gguf", "families-gguf/mixtral.gguf",
    "families-gguf/ministral3.gguf",
  ])
  func damagedGGUFFilesNeverCrash(_ name: String) throws {
    let copy = try ModelCopy(file: name)
    try fuzz(copy, file: "model.gguf", seed: UInt64(name.utf8.count))
  }

  private func fuzz(_ copy: ModelCopy, file: String, seed: UInt64) throws {
    let original = try copy.bytes(file)
    var mutator = Mutator(seed: seed)
    var accepted = 0
    for _ in 0..<Self.rounds {
      try copy.directory.write(mutator.mutate(original), to: file)
      if (try? use(copy.path)) != nil { accepted += 1 }
    }
    try copy.directory.write(original, to: file)
    // The undamaged model runs, so that the rounds above have something to damage.
    try use(copy.path)
    #expect(accepted < Self.rounds, "no damage was noticed")
  }

  /// Does with a model what a program would.
  private func use(_ path: String) throws {
    let model = try useText(path) ?? ModelLoader.loadTransformer(path: path)
    let session = try model.makeSession(SessionOptions(threads: 1, contextLength: 16))
    _ = try session.logits(
      of: session.open(adapter: .none), fed: [1, 2, 3], .last,
      vocabularyCount: model.vocabularyCount)
  }

  /// Loads a model with its vocabulary and works on text; `nil` for one that has none and is used by its ids.
  private func useText(_ path: String) throws -> TransformerModel? {
    do {
      let loaded = try ModelLoader.load(path: path)
      let tokens = try loaded.tokenizer.encodePrompt("The cat 🐈 <|im_end|> </s>")
      _ = loaded.tokenizer.decode(tokens, skippingSpecialTokens: false)
      _ = try? loaded.render([ChatMessage(role: "user", content: "Who?")])
      return loaded.model
    } catch LoadError.notAModel, LoadError.invalid(_, "“tokenizer.ggml.model”", _) {
      return nil
    }
  }
}
