import LanguageModeling
import Testing
import Tokenization

/// The answers of Hugging Face's tokenizers, by `make_byte_level.py`.
private struct Reference: Decodable {
  let ids: [[TokenID]]
  let plain: [String: [TokenID]]
  let decoded: [String: String]
  let skipped: [String: String]
  let hello: [TokenID]
}

private let vocabularies = ["gpt2", "smollm", "llama3", "qwen2"]

@Suite struct ByteLevelBPETests {
  @Test(arguments: vocabularies)
  func idsAndTextsAreThoseOfHuggingFacesTokenizers(_ name: String) throws {
    let tokenizer = try Fixture.byteLevel(name)
    let reference = try Fixture.decode("\(name).ids.json", as: Reference.self)
    for (index, text) in try Fixture.strings().enumerated() {
      let comment = Comment(rawValue: "\(index) \(text.debugDescription)")
      let key = String(index)
      let parsed = try tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(parsed == reference.ids[index], comment)
      let plain = try tokenizer.encode(text, parsingSpecialTokens: false)
      #expect(plain == reference.plain[key] ?? reference.ids[index], comment)
      let expected = reference.decoded[key] ?? text
      let decoded = tokenizer.decode(reference.ids[index], skippingSpecialTokens: false)
      #expect(sameBytes(decoded, expected), comment)
      let skipped = tokenizer.decode(reference.ids[index], skippingSpecialTokens: true)
      #expect(sameBytes(skipped, reference.skipped[key] ?? expected), comment)
    }
    #expect(try tokenizer.encodePrompt("Hello") == reference.hello)
  }

  @Test(arguments: ["smollm", "llama3"])
  func aVocabularyGivenAsArraysIsTheFile(_ name: String) throws {
    let file = try Fixture.decode("\(name).tokenizer.json", as: TokenizerFile.self)
    let reference = try Fixture.decode("\(name).ids.json", as: Reference.self)
    let tokenizer = try PipelineTokenizer(
      vocabulary: file.vocabulary(preTokenizer: name == "smollm" ? name : "llama-bpe"), file: name)
    for (index, text) in try Fixture.strings().enumerated() {
      let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(ids == reference.ids[index], "\(text.debugDescription)")
    }
  }

  @Test func unknownPreTokenizersAreNamed() throws {
    let file = try Fixture.decode("smollm.tokenizer.json", as: TokenizerFile.self)
    #expect(
      throws: TokenizationError.unsupported(
        file: "f", field: "pre-tokenizer", what: "\"tekno\"")
    ) {
      try PipelineTokenizer(vocabulary: file.vocabulary(preTokenizer: "tekno"), file: "f")
    }
  }

  @Test func everyTextComesBackFromAVocabularyWithAllBytes() throws {
    let tokenizer = try Fixture.byteLevel("llama3")
    for text in try Fixture.strings() {
      for parsing in [true, false] {
        let ids = try tokenizer.encode(text, parsingSpecialTokens: parsing)
        #expect(sameBytes(tokenizer.decode(ids, skippingSpecialTokens: false), text))
      }
    }
  }

  @Test(arguments: vocabularies)
  func piecesAndIdsAreEachOthersInverse(_ name: String) throws {
    let tokenizer = try Fixture.byteLevel(name)
    for id in 0..<TokenID(tokenizer.vocabularyCount) {
      let piece = try #require(tokenizer.piece(of: id))
      #expect(tokenizer.token(of: piece) == id)
    }
    #expect(tokenizer.piece(of: -1) == nil)
    #expect(tokenizer.piece(of: TokenID(tokenizer.vocabularyCount)) == nil)
    #expect(tokenizer.token(of: "") == nil)
    #expect(tokenizer.decode([-1, .max], skippingSpecialTokens: false) == "")
  }

  @Test func aVeryLongWordIsEncodedInLinearithmicTime() throws {
    for unit in ["a", " ", "é", "1", "!", "\u{301}"] {
      for name in vocabularies {
        let text = String(repeating: unit, count: 300_000)
        let tokenizer = try Fixture.byteLevel(name)
        let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
        #expect(tokenizer.decode(ids, skippingSpecialTokens: false).utf8.count >= text.utf8.count)
      }
    }
  }

  @Test func scanningAndQueueingMergeAlike() {
    var generator = SplitMix(state: 3)
    for _ in 0..<400 {
      // Random merges over five letters; a merge's result is a new token.
      var table = MergeTable(capacity: 40)
      var known = [(TokenID, TokenID)]()
      for rank in 0..<40 {
        let (left, right) = (
          TokenID.random(in: 0..<TokenID(5 + known.count), using: &generator),
          TokenID.random(in: 0..<TokenID(5 + known.count), using: &generator)
        )
        guard !known.contains(where: { $0 == (left, right) }) else { continue }
        table.insert(left, right, rank: rank, token: TokenID(5 + known.count))
        known.append((left, right))
      }
      let merger = BytePairMerger(table)
      let word = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        TokenID.random(in: 0..<5, using: &generator)
      }
      var (scanned, queued) = (word, word)
      merger.scan(&scanned, from: min(1, word.count))
      merger.queue(&queued, from: min(1, word.count))
      #expect(scanned == queued)
    }
  }
}

/// What the arrays of a GGUF file would hold, out of a `tokenizer.json`.
struct TokenizerFile: Decodable {
  struct Model: Decodable {
    let vocab: [String: Int]
    let merges: [[String]]
  }
  struct Added: Decodable {
    let id: Int
    let special: Bool
  }
  let model: Model
  let added_tokens: [Added]

  func vocabulary(preTokenizer: String) -> ByteLevelBPEVocabulary {
    let tokens = model.vocab.sorted { $0.value < $1.value }.map(\.key)
    var types = [TokenType](repeating: .normal, count: tokens.count)
    for token in added_tokens { types[token.id] = token.special ? .control : .userDefined }
    return ByteLevelBPEVocabulary(
      tokens: tokens, merges: model.merges.map { $0.joined(separator: " ") }, types: types,
      preTokenizer: preTokenizer, beginningOfSequence: 0,
      unknown: preTokenizer == "smollm" ? 0 : nil)
  }
}
