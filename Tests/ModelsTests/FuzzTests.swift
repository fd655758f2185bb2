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
    "families-gguf/ministral3.gguf", "families-gguf/glm.gguf", "families-gguf/hunyuan.gguf",
  ])
  func damagedGGUFFilesNeverCrash(_ name: String) throws {
    let copy = try ModelCopy(file: name)
    try fuzz(copy, file: "model.gguf", seed: UInt64(name.utf8.count))
  }

  @Test(arguments: ["spm-00001-of-00002.gguf", "spm-00002-of-00002.gguf"])
  func damagedPartsOfSplitFilesNeverCrash(_ file: String) throws {
    let copy = try ModelCopy(directory: "split")
    try fuzz(copy, file: file, at: copy.directory.file("spm-00001-of-00002.gguf"), seed: 3)
  }

  @Test(arguments: [
    (
      "spm", "added_tokens.json",
      #"{"</s>": 2, "<s>": 1, "<pad>": 340, "<extra> ": 341, " b": 342, "[X]": 343}"#
    ),
    (
      "spm", "special_tokens_map.json",
      #"{"bos_token": {"content": "<s>", "lstrip": true, "normalized": false, "rstrip": true,"#
        + #" "single_word": false}, "eos_token": "</s>", "pad_token": "</s>","#
        + #" "additional_special_tokens": ["<s>", {"content": "</s>", "single_word": true}]}"#
    ),
    (
      "spm", "tokenizer_config.json",
      #"{"added_tokens_decoder": {"0": {"content": "<unk>", "special": true}, "1": {"content":"#
        + #" "<s>", "rstrip": true}, "340": {"content": "[X]", "normalized": true, "special":"#
        + #" false, "single_word": true}}, "legacy": false, "add_prefix_space": true,"#
        + #" "add_eos_token": true, "extra_special_tokens": {"image": "</s>"}}"#
    ),
    (
      "bpe", "added_tokens.json",
      #"{"<|endoftext|>": 0, "<|im_start|>": 1, "<pad>": 340, " The": 341}"#
    ),
    (
      "bpe", "special_tokens_map.json",
      #"{"bos_token": {"content": "<|im_start|>", "single_word": true}, "eos_token": "<|im_end|>","#
        + #" "additional_special_tokens": ["<|im_start|>", {"content": "<|im_end|>"}]}"#
    ),
  ])
  func damagedListsOfTokensNeverCrash(
    _ vocabulary: String, _ file: String, _ content: String
  ) throws {
    let copy = try ModelCopy(directory: "tokenized/\(vocabulary)")
    try copy.directory.write(Array(content.utf8), to: file)
    try fuzz(copy, file: file, seed: UInt64(content.utf8.count))
  }

  /// The reference, the links and the folders of a repository in the hub's cache, each damaged in turn.
  @Test func aDamagedHubCacheNeverCrashes() throws {
    let manager = FileManager.default
    var mutator = Mutator(seed: 11)
    for round in 0..<Self.rounds {
      let directory = try TemporaryDirectory()
      let repository = directory.file("models--org--name")
      let snapshot = "\(repository)/snapshots/0123abcd"
      for folder in ["\(repository)/refs", snapshot] {
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      for name in try ModelCopy.files("tokenized/bpe") {
        try manager.createSymbolicLink(
          atPath: "\(snapshot)/\(name)",
          withDestinationPath: Fixtures.path("tokenized/bpe/\(name)"))
      }
      let reference = "\(repository)/refs/main"
      func use() throws {
        let environment = { (name: String) in name == "HF_HUB_CACHE" ? directory.path : nil }
        try self.use(try ModelLoader.locate("org/name", environment: environment))
      }
      try Data("0123abcd\n".utf8).write(to: URL(fileURLWithPath: reference))
      if round == 0 { try use() }
      let links = try manager.contentsOfDirectory(atPath: snapshot).sorted()
      let link = "\(snapshot)/\(links[round % links.count])"
      switch round % 8 {
      case 0: try manager.removeItem(atPath: link)
      case 1:
        try manager.removeItem(atPath: link)
        try manager.createSymbolicLink(atPath: link, withDestinationPath: link)
      case 2:
        try manager.removeItem(atPath: link)
        try manager.createDirectory(atPath: link, withIntermediateDirectories: false)
      case 3:
        try manager.removeItem(atPath: reference)
        try manager.createSymbolicLink(atPath: reference, withDestinationPath: repository)
      case 4:
        try manager.removeItem(atPath: snapshot)
        try Data("GGUF".utf8).write(to: URL(fileURLWithPath: snapshot))
      default:
        try Data(mutator.mutate(Array("0123abcd\n".utf8)))
          .write(to: URL(fileURLWithPath: reference))
      }
      do { try use() } catch is LoadError {} catch is TokenizationError {}
    }
  }

  private func fuzz(
    _ copy: ModelCopy, file: String, at path: String? = nil, seed: UInt64
  ) throws {
    let path = path ?? copy.path
    let original = try copy.bytes(file)
    var mutator = Mutator(seed: seed)
    var accepted = 0
    for _ in 0..<Self.rounds {
      try copy.directory.write(mutator.mutate(original), to: file)
      if (try? use(path)) != nil { accepted += 1 }
    }
    try copy.directory.write(original, to: file)
    // The undamaged model runs, so that the rounds above have something to damage.
    try use(path)
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
