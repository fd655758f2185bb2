import LanguageModeling
import Testing
import Tokenization

/// The package's answers, by `make_sentencepiece.py`.
private struct Reference: Decodable {
  struct Sample: Decodable {
    let ids: [TokenID]
    let text: String
  }
  let ids: [[TokenID]]
  let decoded: [String: String]
  let samples: [Sample]
  let bos: TokenID
  let eos: TokenID
  let unk: TokenID
  let pad: TokenID
  let size: Int
}

private let models = ["unigram", "bpe"]

@Suite struct SentencePieceTests {
  @Test(arguments: models)
  func idsAndTextsAreThoseOfTheSentencePiecePackage(_ name: String) throws {
    let tokenizer = try Fixture.sentencePiece(name)
    let reference = try Fixture.decode("\(name).json", as: Reference.self)
    let strings = try Fixture.strings()
    #expect(strings.count == 2000 && reference.ids.count == 2000)
    for (index, text) in strings.enumerated() {
      let ids = try tokenizer.encode(text, parsingSpecialTokens: false)
      #expect(ids == reference.ids[index], "\(text.debugDescription)")
      let decoded = tokenizer.decode(ids, skippingSpecialTokens: true)
      #expect(
        sameBytes(decoded, reference.decoded[String(index)] ?? text), "\(text.debugDescription)")
    }
    for sample in reference.samples {
      #expect(sameBytes(tokenizer.decode(sample.ids, skippingSpecialTokens: true), sample.text))
    }
  }

  @Test(arguments: models)
  func theVocabularyIsTheLibrarys(_ name: String) throws {
    let tokenizer = try Fixture.sentencePiece(name)
    let library = tokenizer.library
    let reference = try Fixture.decode("\(name).json", as: Reference.self)
    #expect(tokenizer.vocabularyCount == reference.size && library.count == reference.size)
    #expect(tokenizer.beginningOfSequence == reference.bos)
    #expect(tokenizer.endOfSequence == reference.eos)
    #expect(library.unknown == reference.unk)
    #expect(library.padding ?? -1 == reference.pad)
    for id in 0..<TokenID(reference.size) {
      let piece = try #require(tokenizer.piece(of: id))
      #expect(piece == library.piece(of: id))
      #expect(tokenizer.token(of: piece) == id && library.token(of: piece) == id)
      #expect(tokenizer.isSpecial(id) == (library.type(of: id) == .control))
    }
    #expect(tokenizer.piece(of: -1) == nil && library.piece(of: -1) == nil)
    #expect(tokenizer.piece(of: TokenID(reference.size)) == nil)
    #expect(tokenizer.token(of: "no such piece") == nil)
  }

  @Test(arguments: models)
  func decodingIsTheLibrarysForEverySequence(_ name: String) throws {
    let tokenizer = try Fixture.sentencePiece(name)
    var generator = SplitMix(state: 7)
    for _ in 0..<2000 {
      let ids = (0..<Int.random(in: 0...10, using: &generator)).map { _ in
        TokenID.random(in: 0..<TokenID(tokenizer.vocabularyCount), using: &generator)
      }
      let expected = try tokenizer.library.decode(ids)
      #expect(Array(tokenizer.decode(ids, skippingSpecialTokens: true).utf8) == expected, "\(ids)")
    }
  }

  @Test func theLibraryRefusesIdsOutsideTheVocabulary() throws {
    let library = try Fixture.sentencePiece("bpe").library
    #expect(throws: TokenizationError.self) { try library.decode([-1]) }
    #expect(throws: TokenizationError.self) { try library.decode([TokenID(library.count)]) }
  }

  @Test func anIdentityVocabularyWithByteFallbackGivesEveryTextBack() throws {
    let tokenizer = try Fixture.sentencePiece("bpe")
    for text in try Fixture.strings() where !text.unicodeScalars.contains("\u{2581}") {
      let ids = try tokenizer.encode(text, parsingSpecialTokens: false)
      #expect(sameBytes(tokenizer.decode(ids, skippingSpecialTokens: false), text))
    }
  }

  @Test func controlPiecesInTextAreParsedOnDemandAlone() throws {
    let tokenizer = try Fixture.sentencePiece("bpe")
    let (begin, end) = (
      try #require(tokenizer.token(of: "<s>")), try #require(tokenizer.token(of: "</s>"))
    )
    #expect(try tokenizer.encode("<s></s>", parsingSpecialTokens: true) == [begin, end])
    let plain = try tokenizer.encode("<s></s>", parsingSpecialTokens: false)
    #expect(!plain.contains(begin) && !plain.contains(end))
    #expect(tokenizer.decode(plain, skippingSpecialTokens: true) == "<s></s>")
    #expect(tokenizer.decode([begin, end], skippingSpecialTokens: true) == "")
    #expect(tokenizer.decode([begin, end], skippingSpecialTokens: false) == "<s></s>")
  }

  @Test func parsedIdsAreThoseOfLlamaTokenizer() throws {
    struct Parsed: Decodable { let ids: [[TokenID]?] }
    let tokenizer = try Fixture.sentencePiece("bpe")
    let parsed = try Fixture.decode("bpe.special.json", as: Parsed.self)
    for (text, ids) in zip(try Fixture.strings(), parsed.ids) {
      guard let ids else { continue }
      #expect(
        try tokenizer.encode(text, parsingSpecialTokens: true) == ids, "\(text.debugDescription)")
    }
  }

  @Test func onlyTheBeginningOfTheTextGetsTheDummyPrefix() throws {
    let tokenizer = try Fixture.sentencePiece("bpe")
    func pieces(_ text: String) throws -> String {
      try tokenizer.encode(text, parsingSpecialTokens: true).map {
        tokenizer.piece(of: $0) ?? ""
      }.joined()
    }
    #expect(try pieces("the") == "▁the")
    #expect(try pieces("<s>the") == "<s>the")
    #expect(try pieces("<s> the") == "<s>▁the")
    #expect(try pieces("the</s>the") == "▁the</s>the")
    #expect(try pieces(" <s>") == "▁▁<s>")
  }

  @Test func aVocabularyGivenAsArraysIsTheFile() throws {
    let file = try Fixture.sentencePiece("bpe")
    let reference = try Fixture.decode("bpe.json", as: Reference.self)
    var vocabulary = SentencePieceVocabulary(pieces: [], scores: [], types: [], unknown: 0)
    for id in 0..<TokenID(file.vocabularyCount) {
      let piece = try #require(file.piece(of: id))
      vocabulary.pieces.append(piece)
      // The scores of trained BPE are the negated ranks, in order of ids.
      vocabulary.scores.append(-Float(id))
      let isUserDefined = ["<tool>", "  ", "\n\n"].contains(piece)
      vocabulary.types.append(
        isUserDefined ? .userDefined : try #require(file.library.type(of: id)))
    }
    let tokenizer = try SentencePieceTokenizer(vocabulary: vocabulary, file: "arrays")
    for (index, text) in try Fixture.strings().enumerated() {
      #expect(try tokenizer.encode(text, parsingSpecialTokens: false) == reference.ids[index])
      #expect(
        try tokenizer.encode(text, parsingSpecialTokens: true)
          == file.encode(text, parsingSpecialTokens: true))
    }
  }

  @Test func aVeryLongWordIsEncodedInLinearithmicTime() throws {
    for name in models {
      let text = String(repeating: "a", count: 200_000)
      let tokenizer = try Fixture.sentencePiece(name)
      let ids = try tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(tokenizer.decode(ids, skippingSpecialTokens: true) == text)
    }
  }
}
