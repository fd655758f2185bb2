import Decoding
import Generation
import LanguageModeling
import Testing
import Tokenization

/// How texts in settings become token sequences.
@Suite struct TextSpellings {
  /// What the processors of these settings ban or break at, by a vocabulary of pieces.
  private func processors(
    _ pieces: [String], _ change: (inout GenerationSettings) -> Void
  ) throws -> [any LogitsProcessor] {
    var settings = GenerationSettings()
    change(&settings)
    return try settings.processors(tokenizer: PieceTokenizer(pieces))
  }

  private func breakers(_ texts: [String], _ pieces: [String]) throws -> [[TokenID]] {
    let processors = try processors(pieces) {
      $0.dryMultiplier = 1
      $0.drySequenceBreakers = texts
    }
    return try #require(processors[0] as? DRYPenalty).breakers
  }

  @Test func aTokenThatHoldsTheBreakerBreaksAlone() throws {
    let pieces = ["a", ".", "a.", ".b", "b", "a.b"]
    #expect(try breakers(["."], pieces) == [[1], [2], [3], [5]])
  }

  @Test func aTokenThatEndsWithItsBeginningNeedsTheRest() throws {
    // "xx" begins at the end of "x" and "ax", and stands whole in "axx".
    #expect(try breakers(["xx"], ["a", "x", "ax", "axx", "xa"]) == [[1, 1], [2, 1], [3]])
    // The longer overlap and the shorter one are both ways to go on.
    #expect(
      try breakers(["xyx!"], ["x", "y", "!", "xyx"])
        == [[0, 1, 0, 2], [3, 2], [3, 1, 0, 2]])
  }

  @Test func aCharacterOverSeveralTokensIsFoundByItsTokens() throws {
    let bytes = Array("…".utf8)
    let tokenizer = PieceTokenizer([[97]] + bytes.map { [$0] })
    var settings = GenerationSettings()
    settings.dryMultiplier = 1
    settings.drySequenceBreakers = ["…"]
    let penalty = try settings.processors(tokenizer: tokenizer)[0] as? DRYPenalty
    #expect(penalty?.breakers == [[1, 2, 3]])
  }

  @Test func breakersAreNotLookedForWhereNothingNeedsThem() throws {
    // The vocabulary has none of the usual ones.
    #expect(try processors(["a"]) { _ in }.isEmpty)
    let penalty = try processors(["a"]) {
      $0.dryMultiplier = 1
      $0.drySequenceBreakers = []
    }
    #expect((penalty[0] as? DRYPenalty)?.breakers == [])
    #expect(throws: DecodingFailure.self) { try processors(["a"]) { $0.dryMultiplier = 1 } }
  }

  @Test func badWordsAreBannedBehindASpaceALineBreakAndNothing() throws {
    let bans = try processors([" ", "\n", "n", "o"]) { $0.badWords = ["no", "o"] }
    #expect(
      (bans[0] as? BadWords)?.sequences == [[2, 3], [0, 2, 3], [3], [0, 3]])
  }

  /// A tokenizer that puts a space before every text, as SentencePiece does: the form without one is found after a
  /// line break.
  private struct PrefixingTokenizer: Tokenizer {
    var pieces = PieceTokenizer([" ", "\n", "n", "o"])
    var vocabularyCount: Int { pieces.vocabularyCount }
    var beginningOfSequence: TokenID? { nil }
    var endOfSequence: TokenID? { nil }
    var addsBeginningOfSequence: Bool { false }

    func encode(_ text: String, parsingSpecialTokens: Bool) throws(TokenizationError) -> [TokenID] {
      try pieces.encode(
        text.hasPrefix(" ") ? text : " " + text, parsingSpecialTokens: parsingSpecialTokens)
    }

    func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
      pieces.decode(tokens, skippingSpecialTokens: skippingSpecialTokens)
    }

    func piece(of token: TokenID) -> String? { pieces.piece(of: token) }
    func token(of piece: String) -> TokenID? { pieces.token(of: piece) }
    func isSpecial(_ token: TokenID) -> Bool { false }
  }

  @Test func aTokenizerThatAddsASpaceHidesNoSpelling() throws {
    var settings = GenerationSettings()
    settings.badWords = ["no"]
    let bans = try settings.processors(tokenizer: PrefixingTokenizer())
    #expect((bans[0] as? BadWords)?.sequences == [[0, 2, 3], [2, 3]])
  }

  @Test func aTextWithoutTokensIsRefused() {
    #expect(throws: DecodingFailure.self) {
      try processors(["a", " ", "\n"]) { $0.badWords = ["z"] }
    }
  }
}
