import LanguageModeling
import Testing
import Tokenization

@Suite struct IncrementalDetokenizerTests {
  private static func tokenizers() throws -> [any Tokenizer] {
    [
      try Fixture.sentencePiece("unigram"), try Fixture.sentencePiece("bpe"),
      try Fixture.byteLevel("smollm"), try Fixture.byteLevel("qwen2"),
    ]
  }

  /// Pieces for every split into prompt and generated tokens, against decoding all at once.
  private func check(_ ids: [TokenID], _ tokenizer: any Tokenizer, skipping: Bool) {
    let whole = tokenizer.decode(ids, skippingSpecialTokens: skipping)
    var decoder = IncrementalDetokenizer(
      tokenizer: tokenizer, prompt: [], skippingSpecialTokens: skipping)
    var given: [String] = []
    for id in ids { given.append(decoder.append(id)) }
    let last = decoder.finish()
    #expect(sameBytes(given.joined() + last, whole), "\(ids)")
    for split in 0...ids.count {
      var decoder = IncrementalDetokenizer(
        tokenizer: tokenizer, prompt: Array(ids[..<split]), skippingSpecialTokens: skipping)
      var pieces = ids[split...].map { decoder.append($0) }
      pieces.append(decoder.finish())
      #expect(pieces == Array(given[split...]) + [last], "\(ids) at \(split)")
    }
  }

  @Test func promptAndPiecesAreTheWholeTextForEverySplit() throws {
    var generator = SplitMix(state: 11)
    for tokenizer in try Self.tokenizers() {
      for _ in 0..<300 {
        let ids = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
          TokenID.random(in: -1...TokenID(tokenizer.vocabularyCount), using: &generator)
        }
        check(ids, tokenizer, skipping: Bool.random(using: &generator))
      }
    }
  }

  @Test func bytesThatAreNoCharacterBecomeReplacementsWhereDecodingPutsThem() throws {
    let tokenizer = try Fixture.sentencePiece("bpe")
    let bytes: [UInt8] = [0x41, 0x80, 0xC3, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xFF]
    let alphabet = try bytes.map {
      try #require(
        tokenizer.token(
          of: "<0x" + ["", "0"][$0 < 16 ? 1 : 0] + String($0, radix: 16, uppercase: true) + ">"))
    }
    var generator = SplitMix(state: 5)
    for _ in 0..<1000 {
      let ids = (0..<Int.random(in: 1...7, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? 0
      }
      check(ids, tokenizer, skipping: true)
    }
  }

  @Test func noPieceHoldsPartOfACharacter() throws {
    for tokenizer in try Self.tokenizers().dropFirst() {
      let text = "naïve 日本語 😀👩‍👩‍👧‍👦 한국어"
      let ids = try tokenizer.encode(text, parsingSpecialTokens: false)
      var decoder = IncrementalDetokenizer(tokenizer: tokenizer, prompt: [])
      let pieces = ids.map { decoder.append($0) } + [decoder.finish()]
      #expect(pieces.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
      #expect(pieces.joined() == text)
    }
  }

  @Test func aContinuationKeepsItsSpace() throws {
    for name in ["unigram", "bpe"] {
      let tokenizer = try Fixture.sentencePiece(name)
      let there = try #require(tokenizer.token(of: "▁the"))
      var behind = IncrementalDetokenizer(tokenizer: tokenizer, prompt: [there])
      #expect(behind.append(there) == " the")
      var first = IncrementalDetokenizer(tokenizer: tokenizer, prompt: [])
      #expect(first.append(there) == "the")
    }
  }

  @Test func aTokenizerWithoutAStreamDecoderGetsAWindowedOne() throws {
    struct Plain: Tokenizer {
      let base: PipelineTokenizer
      var vocabularyCount: Int { base.vocabularyCount }
      var beginningOfSequence: TokenID? { nil }
      var endOfSequence: TokenID? { nil }
      var addsBeginningOfSequence: Bool { false }
      func encode(
        _ text: String, parsingSpecialTokens: Bool
      ) throws(TokenizationError) -> [TokenID] {
        try base.encode(text, parsingSpecialTokens: parsingSpecialTokens)
      }
      func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
        base.decode(tokens, skippingSpecialTokens: skippingSpecialTokens)
      }
      func piece(of token: TokenID) -> String? { base.piece(of: token) }
      func token(of piece: String) -> TokenID? { base.token(of: piece) }
      func isSpecial(_ token: TokenID) -> Bool { base.isSpecial(token) }
    }
    let tokenizer = Plain(base: try Fixture.byteLevel("llama3"))
    for text in try Fixture.strings() {
      let ids = try tokenizer.encode(text, parsingSpecialTokens: false)
      var decoder = IncrementalDetokenizer(tokenizer: tokenizer, prompt: [])
      let pieces = ids.map { decoder.append($0) } + [decoder.finish()]
      #expect(sameBytes(pieces.joined(), text), "\(text.debugDescription)")
    }
  }
}
