import Foundation
import LanguageModeling
import Testing
import Tokenization

/// The pipelines of `make_pipelines.py`, each with its model in place.
private struct Pipelines {
  struct Failure: Error {}

  let documents: [(name: String, bytes: [UInt8])]
  /// For each pipeline, a digest for each string.
  let digests: [[UInt16]]

  static let all = Result { try Pipelines() }

  private init() throws {
    let object = try JSONSerialization.jsonObject(
      with: Data(Fixture.bytes("pipelines.json")), options: [])
    guard let root = object as? [String: Any],
      let models = root["models"] as? [String: [String: Any]],
      let pipelines = root["pipelines"] as? [[String: Any]]
    else { throw Failure() }
    let rules = Data(try Fixture.sentencePiece("unigram").charsmap).base64EncodedString()
    documents = try pipelines.map { pipeline in
      guard let name = pipeline["name"] as? String,
        var document = pipeline["document"] as? [String: Any],
        let changes = document["model"] as? [String: Any],
        let modelName = changes["model"] as? String, var model = models[modelName]
      else { throw Failure() }
      for (key, value) in changes where key != "model" { model[key] = value }
      document["model"] = model
      let data = try JSONSerialization.data(withJSONObject: document)
      let text = String(decoding: data, as: UTF8.self).replacing(
        "\"CHARSMAP\"", with: "\"\(rules)\"")
      return (name, Array(text.utf8))
    }
    let bytes = try Fixture.bytes("pipelines.bin")
    let count = bytes.count / 2 / documents.count
    digests = documents.indices.map { pipeline in
      (0..<count).map { index in
        let offset = 2 * (pipeline * count + index)
        return UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
      }
    }
  }
}

@Suite struct PipelineTests {
  private static let count = 35

  @Test(arguments: 0..<count)
  func idsAndTextsAreThoseOfHuggingFacesTokenizers(_ index: Int) throws {
    let pipelines = try Pipelines.all.get()
    #expect(pipelines.documents.count == Self.count)
    let (name, bytes) = pipelines.documents[index]
    let tokenizer = try PipelineTokenizer(tokenizerJSON: bytes, file: name)
    var wrong: [Int] = []
    var skippedCount = 0
    for (place, text) in try Fixture.strings().enumerated() {
      if Self.isNewer(text, than: Self.newestUnicode[name]) {
        skippedCount += 1
        continue
      }
      let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
      var digest = Digest()
      digest.append(ids)
      digest.append(try tokenizer.encode(text, parsingSpecialTokens: false))
      for byte in tokenizer.decode(ids, skippingSpecialTokens: false).utf8 { digest.append(byte) }
      digest.append(0xFF)
      for byte in tokenizer.decode(ids, skippingSpecialTokens: true).utf8 { digest.append(byte) }
      if digest.value != pipelines.digests[index][place] { wrong.append(place) }
    }
    #expect(wrong.isEmpty, "\(name): \(wrong.count) strings, first \(wrong.prefix(10))")
    #expect(skippedCount < 250, "\(name)")
  }

  /// The version of Unicode at which the reference's tables for compatibility forms (crate
  /// unicode-normalization-alignments) and for punctuation (crate unicode_categories) end.
  private static let newestUnicode: [String: (Int, Int)] = [
    "characters": (12, 1), "xlm-r": (12, 1), "albert": (12, 1), "byte-prefix": (12, 1),
    "punctuation": (8, 0), "delimiter": (8, 0),
  ]

  private static func isNewer(_ text: String, than version: (Int, Int)?) -> Bool {
    guard let version else { return false }
    return text.unicodeScalars.contains { ($0.properties.age ?? (0, 0)) > version }
  }

  @Test(arguments: 0..<count)
  func theTextComesPieceByPiece(_ index: Int) throws {
    let (name, bytes) = try Pipelines.all.get().documents[index]
    let tokenizer = try PipelineTokenizer(tokenizerJSON: bytes, file: name)
    for text in try Fixture.strings().prefix(400) {
      let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
      for skipping in [false, true] {
        var decoder = tokenizer.makeStreamDecoder(skippingSpecialTokens: skipping)
        var pieces = ids.map { decoder.append($0) }.joined()
        pieces += decoder.finish()
        let whole = tokenizer.decode(ids, skippingSpecialTokens: skipping)
        #expect(sameBytes(pieces, whole), "\(name): \(text.debugDescription)")
      }
    }
  }

  @Test(arguments: 0..<count)
  func veryLongTextsTakeLinearithmicTime(_ index: Int) throws {
    let (name, bytes) = try Pipelines.all.get().documents[index]
    let tokenizer = try PipelineTokenizer(tokenizerJSON: bytes, file: name)
    for unit in ["a", " ", "é", "A", "!", "\u{301}", "日", "\n", "aB", " a", "<s>"] {
      let text = String(repeating: unit, count: 20_000)
      #expect(throws: Never.self) { try tokenizer.encode(text, parsingSpecialTokens: true) }
    }
  }

  /// Bounded, too, where an expression is made to be slow: an error, and no hang.
  @Test func anExpressionThatIsMadeToBeSlowEndsWithAnError() throws {
    let document = #"""
      {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a|a|aa)+$b"},"behavior":"Isolated","invert":false},
      "model":{"type":"BPE","vocab":{"a":0},"merges":[]}}
      """#
    let tokenizer = try PipelineTokenizer(tokenizerJSON: Array(document.utf8), file: "slow")
    #expect(try tokenizer.encode("aaa", parsingSpecialTokens: false) == [0, 0, 0])
    #expect(throws: TokenizationError.self) {
      try tokenizer.encode(String(repeating: "a", count: 200), parsingSpecialTokens: false)
    }
  }

  @Test func normalizersThatMakeATextTooLongEndWithAnError() throws {
    let double = #"{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"#
    let steps = Array(repeating: double, count: 40).joined(separator: ",")
    let document = #"""
      {"normalizer":{"type":"Sequence","normalizers":[\#(steps)]},"pre_tokenizer":null,
      "model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}
      """#
    let tokenizer = try PipelineTokenizer(tokenizerJSON: Array(document.utf8), file: "long")
    #expect(try tokenizer.encode("b", parsingSpecialTokens: false) == [1])
    #expect(throws: TokenizationError.self) {
      try tokenizer.encode("a", parsingSpecialTokens: false)
    }
  }

  /// Thousands of added tokens in one text cost no more than their number.
  @Test func manyAddedTokensInOneTextTakeLinearTime() throws {
    for (_, bytes) in try Pipelines.all.get().documents.prefix(5) {
      let tokenizer = try PipelineTokenizer(tokenizerJSON: bytes, file: "many")
      let text = String(repeating: "<|im_end|>a<tool>", count: 20_000)
      #expect(try tokenizer.encode(text, parsingSpecialTokens: true).count >= 60_000)
    }
  }

  @Test(arguments: 0..<count)
  func mutantsDoNoHarm(_ index: Int) throws {
    let (_, bytes) = try Pipelines.all.get().documents[index]
    let count = FuzzCount.perFile / 4
    var mutator = ByteMutator(seed: UInt64(index))
    var accepted = 0
    for _ in 0..<count {
      guard
        let tokenizer = try? PipelineTokenizer(tokenizerJSON: mutator.mutate(bytes), file: "mutant")
      else { continue }
      accepted += 1
      for text in ["", " ", "Hello <s>there  <tool>\n\n", "ﬁne ½ Å ｆｕｌｌ 日本語 😀 e\u{301}\u{327} \0"] {
        for parsing in [true, false] {
          guard let ids = try? tokenizer.encode(text, parsingSpecialTokens: parsing) else {
            continue
          }
          _ = tokenizer.decode(ids, skippingSpecialTokens: !parsing)
        }
      }
      _ = tokenizer.decode([-1, 0, 1, 300, 5000], skippingSpecialTokens: false)
    }
    #expect(accepted < count)
  }
}
