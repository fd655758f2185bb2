import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization

/// What transformers makes of a vocabulary's files and their flags, by `make_vocabularies.py`.
private struct VocabularyReference {
  struct Failure: Error {}

  struct Case: CustomTestStringConvertible {
    let layout: [String]
    /// `tokenizer_config.json`.
    let configuration: Data
    /// `added_tokens.json`.
    let added: Data?
    let ids: [[TokenID]]
    /// With and without the special tokens.
    let texts: [[String]]

    var testDescription: String {
      "\(layout) \(String(decoding: configuration, as: UTF8.self))"
    }
  }

  let texts: [String]
  let cases: [Case]
  /// The parts of `tokenizer.json` that differ, by the name of the layout.
  let variants: [String: [String: Any]]

  init() throws {
    let data = try Data(
      contentsOf: URL(fileURLWithPath: Fixtures.path("vocabularies/reference.json")))
    guard let root = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let texts = root["texts"] as? [String],
      let variants = root["variants"] as? [String: [String: Any]],
      let cases = root["cases"] as? [[String: Any]],
      let answers = root["answers"] as? [[String: Any]]
    else { throw Failure() }
    self.texts = texts
    self.variants = variants
    self.cases = try cases.map { entry in
      guard let layout = entry["layout"] as? [String], let configuration = entry["config"],
        let answer = entry["answer"] as? Int, let ids = answers[answer]["ids"] as? [[Int]],
        let decoded = answers[answer]["texts"] as? [[String]]
      else { throw Failure() }
      let added = entry["added"].flatMap { $0 is NSNull ? nil : $0 }
      return Case(
        layout: layout,
        configuration: try JSONSerialization.data(
          withJSONObject: configuration, options: .sortedKeys),
        added: try added.map { try JSONSerialization.data(withJSONObject: $0) },
        ids: ids.map { $0.map(TokenID.init) }, texts: decoded)
    }
  }

  /// A directory with the files of a case.
  func directory(_ entry: Case) throws -> ModelCopy {
    let copy = try ModelCopy(directory: "vocabularies")
    if !entry.layout.contains("model") { try copy.remove("tokenizer.model") }
    if let name = entry.layout.first(where: { $0 != "model" }), let variant = variants[name] {
      let json = try JSONSerialization.jsonObject(with: Data(copy.bytes("tokenizer.json")))
      guard var document = json as? [String: Any] else { throw Failure() }
      document.merge(variant) { $1 }
      try copy.directory.write(
        JSONSerialization.data(withJSONObject: document), to: "tokenizer.json")
    } else {
      try copy.remove("tokenizer.json")
    }
    try copy.directory.write(entry.configuration, to: "tokenizer_config.json")
    if let added = entry.added { try copy.directory.write(added, to: "added_tokens.json") }
    return copy
  }
}

/// A vocabulary is what all files of its directory say together.
@Suite struct VocabularyDirectoryTests {
  @Test func spacesAndTokensAreThoseOfTransformersForAllFilesAndFlags() throws {
    let reference = try VocabularyReference()
    #expect(reference.cases.count > 100)
    var differing: [String: Int] = [:]
    for entry in reference.cases {
      let copy = try reference.directory(entry)
      let tokenizer = try ModelLoader.loadTokenizer(path: copy.path)
      for (index, text) in reference.texts.enumerated() {
        let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
        guard ids == entry.ids[index] else {
          differing["\(entry.layout): \(text.debugDescription)", default: 0] += 1
          continue
        }
        for (skipping, expected) in zip([false, true], entry.texts[index]) {
          let decoded = tokenizer.decode(ids, skippingSpecialTokens: skipping)
          if decoded != expected {
            differing["\(entry.layout): the text of \(text.debugDescription)", default: 0] += 1
          }
        }
      }
    }
    // With `legacy`, the fast tokenizer looks for added tokens that are not special in the normalised text, where the
    // prefix stands before them: of two in a row it finds the first alone. Here both are found.
    #expect(differing == [#"["model"]: "<pad><pad>hello""#: 4], "\(differing)")
  }

  /// With the classes of transformers 4.51.3 that have a post-processor of their own, the one of the file counts for
  /// nothing.
  @Test(
    arguments: [
      ("LlamaTokenizer", nil, true), ("LlamaTokenizerFast", nil, true),
      ("CodeLlamaTokenizerFast", nil, true), ("GemmaTokenizerFast", nil, true),
      ("CohereTokenizerFast", nil, true), ("LlamaTokenizerFast", false, false),
      ("LlamaTokenizerFast", true, true), ("PreTrainedTokenizerFast", nil, false),
      ("GPT2TokenizerFast", nil, false), ("Qwen2TokenizerFast", nil, false),
    ] as [(String, Bool?, Bool)])
  func theClassPutsTheBeginningFirst(
    _ className: String, _ flag: Bool?, _ isFirst: Bool
  ) throws {
    let copy = try ModelCopy(directory: "vocabularies")
    var document =
      try JSONSerialization.jsonObject(with: Data(copy.bytes("tokenizer.json"))) as? [String: Any]
      ?? [:]
    document["post_processor"] = NSNull()
    try copy.directory.write(
      JSONSerialization.data(withJSONObject: document), to: "tokenizer.json")
    let add = flag.map { ", \"add_bos_token\": \($0)" } ?? ""
    try copy.directory.write(
      #"{"tokenizer_class": "\#(className)", "bos_token": "<s>"\#(add)}"#.utf8,
      to: "tokenizer_config.json")
    let ids = try ModelLoader.loadTokenizer(path: copy.path).encodePrompt("hello")
    #expect((ids.first == 1) == isFirst, "\(ids)")
  }
}
