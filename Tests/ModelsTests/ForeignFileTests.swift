import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization
import Transformer

/// Files of other formats in a model's or an adapter's place are named as what they are, with what to do.
@Suite struct ForeignFileTests {
  private static let pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
  private static let page = "<!DOCTYPE html><html><body>Sign in</body></html>"

  @Test(arguments: [(pointer, "git lfs pull"), (page, "web page"), ("PK\u{3}\u{4}\0x", "ZIP")])
  func inPlaceOfAModelsFile(_ content: String, _ word: String) throws {
    for name in ["model.safetensors", "config.json", "tokenizer_config.json"] {
      let copy = try ModelCopy(directory: "tokenized/bpe")
      try copy.directory.write(content.utf8, to: name)
      let message = loadFailure { try ModelLoader.load(path: copy.path) }
      #expect(message.contains(word) && message.contains(name), "\(message)")
    }
    let directory = try TemporaryDirectory()
    let path = try directory.write(content.utf8, to: "model.gguf")
    let message = loadFailure { try ModelLoader.load(path: path) }
    #expect(message.contains(word) && message.contains("model.gguf"), "\(message)")
  }

  @Test(arguments: [(pointer, "git lfs pull"), (page, "web page")])
  func inPlaceOfAnAdaptersFile(_ content: String, _ word: String) throws {
    let configuration = try ModelLoader.loadConfiguration(
      path: Fixtures.path("tiny/llama-gqa-tied"))
    for (adapter, name) in [
      ("plain-qv", "adapter_model.safetensors"), ("plain-qv", "adapter_config.json"),
      ("mlx-lora", "adapters.safetensors"),
    ] {
      let copy = try ModelCopy(directory: "adapters/\(adapter)")
      try copy.directory.write(content.utf8, to: name)
      let message = loadFailure { try AdapterLoader.load(path: copy.path, for: configuration) }
      #expect(message.contains(word) && message.contains(name), "\(message)")
    }
    let directory = try TemporaryDirectory()
    let path = try directory.write(content.utf8, to: "adapter.gguf")
    #expect(
      loadFailure { try AdapterLoader.load(path: path, for: configuration) }.contains(word))
  }

  /// What stands in a directory in place of weights in safetensors, and what is said of it.
  @Test(arguments: [
    (["pytorch_model.bin"], ["pytorch_model.bin", "pickle", "save_pretrained"]),
    (["pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin"], ["pickle"]),
    (["consolidated.00.pth", "params.json"], ["consolidated.00.pth", "pickle"]),
    (["model-Q4_K_M.gguf"], ["model-Q4_K_M.gguf", "give one of them"]),
    (["tf_model.h5"], ["tf_model.h5"]), (["weights.npz"], ["weights.npz"]),
    (["model-00001-of-00002.safetensors"], ["model.safetensors.index.json", "download it too"]),
    (["consolidated.safetensors"], ["consolidated.safetensors"]),
    (["training_args.bin"], ["the weights are missing"]), ([], ["the weights are missing"]),
  ])
  func inPlaceOfWeights(_ files: [String], _ words: [String]) throws {
    let copy = try ModelCopy(directory: "tokenized/bpe")
    try copy.remove("model.safetensors")
    for file in files { try copy.directory.write("x".utf8, to: file) }
    let message = loadFailure { try ModelLoader.load(path: copy.path) }
    for word in words { #expect(message.contains(word), "\(message)") }
  }

  /// A file that is optional, and there, and can't be read, is not passed over.
  @Test(arguments: [
    "generation_config.json", "tokenizer_config.json", "chat_template.jinja",
    "special_tokens_map.json",
  ])
  func optionalFilesThatCannotBeReadAreErrors(name: String) throws {
    let copy = try ModelCopy(directory: "tokenized/bpe")
    let path = copy.directory.file(name)
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "gone")
    let link = loadFailure { try ModelLoader.load(path: copy.path) }
    #expect(link.contains(name) && link.contains("link to a file that isn't there"), "\(link)")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let directory = loadFailure { try ModelLoader.load(path: copy.path) }
    #expect(directory.contains(name) && directory.contains("it is a directory"), "\(directory)")
  }

  @Test func elementTypesThatAreNotReadAreNamed() throws {
    let copy = try ModelCopy(directory: "tiny/llama-gqa-tied")
    try copy.replace("\"dtype\":\"F32\"", by: "\"dtype\":\"I32\"", in: "model.safetensors")
    let message = loadFailure { try ModelLoader.loadTransformer(path: copy.path) }
    #expect(message.contains("I32") && message.contains("tensor '"), "\(message)")
  }

  @Test func aSplitGGUFModelRunsAsTheWholeOne() throws {
    let whole = try ModelLoader.load(path: Fixtures.path("tokenized/spm.gguf"))
    for part in 1...2 {
      let path = Fixtures.path("split/spm-0000\(part)-of-00002.gguf")
      let split = try ModelLoader.load(path: path)
      #expect(split.tokenizer.vocabularyCount == whole.tokenizer.vocabularyCount)
      let logits = try [whole, split].map { loaded in
        let session = try loaded.model.makeSession(SessionOptions(threads: 1))
        return try session.logits(
          of: session.open(adapter: .none), fed: [1, 5, 9], .all,
          vocabularyCount: loaded.model.vocabularyCount)
      }
      #expect(logits[0] == logits[1])
    }
    let directory = try TemporaryDirectory()
    let lone = directory.file("spm-00001-of-00002.gguf")
    try FileManager.default.copyItem(
      atPath: Fixtures.path("split/spm-00001-of-00002.gguf"), toPath: lone)
    #expect(loadFailure { try ModelLoader.load(path: lone) }.contains("spm-00002-of-00002.gguf"))
  }
}
