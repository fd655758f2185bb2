import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Rows of the embedding that an adapter replaces for some tokens (`trainable_token_indices`).
@Suite struct ReplacedRowsTests {
  private func logits(
    _ model: TransformerModel, _ tokens: [TokenID], _ mix: AdapterMix
  ) throws -> [Float] {
    let session = try model.makeSession(SessionOptions(threads: 1))
    return try session.logits(
      of: session.open(adapter: mix), fed: tokens, .all, vocabularyCount: model.vocabularyCount)
  }

  private func mix(_ parts: (String, Float)...) -> AdapterMix {
    AdapterMix(parts.map { AdapterMix.Part(name: $0.0, weight: $0.1) })
  }

  /// Without the update of the projections, the weight that a mix gives the adapter has nothing to scale.
  @Test func newRowsHoldWhateverTheWeight() throws {
    let copy = try ModelCopy(directory: "adapters/tokens-both")
    for layer in 0..<2 {
      for factor in ["lora_A", "lora_B"] {
        try copy.zero(
          "base_model.model.model.layers.\(layer).self_attn.v_proj.\(factor).weight",
          in: "adapter_model.safetensors")
      }
    }
    let base = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-bias"))
    let model = try base.adding(
      try AdapterLoader.load(path: copy.path, for: base.configuration), named: "a")
    let tokens: [TokenID] = [3, 10, 1, 7]
    let whole = try logits(model, tokens, mix(("a", 1)))
    #expect(try logits(model, tokens, mix(("a", 0.25))) == whole)
    #expect(try logits(model, tokens, .none) != whole)
  }

  /// Tokens of an untied embedding that stand in no prompt change nothing.
  @Test func otherTokensKeepTheirRows() throws {
    let base = try ModelLoader.loadTransformer(
      path: Fixtures.path("tiny/llama-bias"), computeType: .float32)
    let copy = try ModelCopy(directory: "adapters/tokens-untied")
    for layer in 0..<2 {
      try copy.zero(
        "base_model.model.model.layers.\(layer).self_attn.v_proj.lora_B.weight",
        in: "adapter_model.safetensors")
    }
    let model = try base.adding(
      try AdapterLoader.load(path: copy.path, for: base.configuration), named: "a")
    let others: [TokenID] = [1, 2, 3, 50]
    #expect(try logits(model, others, mix(("a", 1))) == logits(model, others, .none))
    #expect(try logits(model, [1, 40], mix(("a", 1))) != logits(model, [1, 40], .none))
  }

  @Test func adaptersThatReplaceTheSameRowsAreNotMixed() throws {
    let model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-gqa-tied"))
      .adding(adapterAt: "adapters/tokens-tied").adding(adapterAt: "adapters/tokens-apart")
      .adding(adapterAt: "adapters/embeddings")
    // Tokens 5, 40, 6 and 3, 1 (and 7, 2, 9 of the head) are apart; an update of the whole embedding is not.
    _ = try logits(
      model, [5, 3, 7], mix(("adapters/tokens-tied", 1), ("adapters/tokens-apart", 1)))
    for other in ["adapters/tokens-tied", "adapters/embeddings"] {
      let message = loadFailure {
        try logits(model, [5], mix(("adapters/tokens-tied", 1), (other, 1)))
      }
      #expect(message.contains("replaces rows of it"), "\(message)")
    }
  }

  @Test(arguments: [
    ("[5, 40, 96]", "token 96 is outside the vocabulary of 96"), ("[5, 40, 5]", "token 5 twice"),
    ("[5, 40]", "names 2 tokens"), ("[5, 40, -1]", "token ids"), ("[]", "list of token ids"),
    ("\"all\"", "list of token ids"), ("[5, 40, 1.5]", "token ids"),
    ("{\"q_proj\": [5, 40, 6]}", "neither the embedding nor the output head"),
    ("{\"nothing\": [5, 40, 6]}", "neither the embedding nor the output head"),
    ("{\"\": [5, 40, 6]}", "empty name"), ("{\"embed_tokens\": 5}", "list of token ids"),
    ("{\"embed_tokens\": [5, 40, 6], \"lm_head\": [1]}", "lm_head.token_adapter"),
  ])
  func whatCannotBeIsRefused(_ value: String, _ word: String) throws {
    let copy = try ModelCopy(directory: "adapters/tokens-tied")
    let name = "adapter_config.json"
    let text = String(decoding: try copy.bytes(name), as: UTF8.self)
    let changed = text.replacing(
      #/"trainable_token_indices": \[[^\]]*\]/#, with: "\"trainable_token_indices\": \(value)")
    #expect(changed != text)
    try copy.directory.write(changed.utf8, to: name)
    let model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-gqa-tied"))
    let message = loadFailure {
      try model.adding(
        try AdapterLoader.load(path: copy.path, for: model.configuration), named: "a")
    }
    #expect(message.contains(word), "\(message)")
  }

  @Test func tiedModulesWithDifferentTokensCannotBeEnsuredTied() throws {
    let copy = try ModelCopy(directory: "adapters/tokens-apart")
    try copy.replace(
      "\"ensure_weight_tying\": false", by: "\"ensure_weight_tying\": true",
      in: "adapter_config.json")
    let configuration = try ModelLoader.loadConfiguration(
      path: Fixtures.path("tiny/llama-gqa-tied"))
    let message = loadFailure { try AdapterLoader.load(path: copy.path, for: configuration) }
    #expect(message.contains("“trainable_token_indices”") && message.contains("different tokens"))
  }
}

extension ModelCopy {
  /// Fills a tensor of a safetensors file with zeros.
  fileprivate func zero(_ tensor: String, in name: String) throws {
    var bytes = try bytes(name)
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
    let entry = (header as? [String: Any])?[tensor] as? [String: Any]
    let offsets = try #require(entry?["data_offsets"] as? [Int])
    for index in offsets[0]..<offsets[1] { bytes[8 + length + index] = 0 }
    try directory.write(bytes, to: name)
  }
}
