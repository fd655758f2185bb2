import LanguageModeling
import Testing
import Tokenization

/// Hostile vocabularies are refused with an error, or used without harm.
@Suite struct HostileVocabularyTests {
  private static let texts = [
    "", " ", "Hello <s>there  <tool>\n\n", "ﬁne ½ Å ｆｕｌｌ 日本語 😀 e\u{301}\u{327} \0", "[USER]  x",
  ]

  /// Feeds `count` mutants of a file to `read`, which returns a tokenizer that is then used.
  private func fuzz(
    _ bytes: [UInt8], count: Int, seed: UInt64, read: ([UInt8]) throws -> any Tokenizer
  ) throws -> Int {
    var mutator = ByteMutator(seed: seed)
    var accepted = 0
    for _ in 0..<count {
      do {
        let tokenizer = try read(mutator.mutate(bytes))
        accepted += 1
        for text in Self.texts {
          for parsing in [true, false] {
            let ids = try tokenizer.encode(text, parsingSpecialTokens: parsing)
            _ = tokenizer.decode(ids, skippingSpecialTokens: !parsing)
          }
        }
        let some = [-1, 0, 1, 5, 300, TokenID(tokenizer.vocabularyCount)]
        _ = tokenizer.decode(some, skippingSpecialTokens: false)
      } catch is TokenizationError {
        continue
      }
    }
    return accepted
  }

  @Test(arguments: ["bpe", "unigram"])
  func mutantsOfAModelProtoDoNoHarm(_ name: String) throws {
    let count = FuzzCount.perFile
    let accepted = try fuzz(try Fixture.bytes("\(name).model"), count: count, seed: 1) {
      try SentencePieceTokenizer(bytes: $0, file: "mutant")
    }
    #expect(accepted > 0 && accepted < count, "\(accepted) of \(count) accepted")
  }

  @Test(arguments: ["qwen2", "smollm"])
  func mutantsOfATokenizerJSONDoNoHarm(_ name: String) throws {
    let count = FuzzCount.perFile
    let accepted = try fuzz(try Fixture.bytes("\(name).tokenizer.json"), count: count, seed: 2) {
      try PipelineTokenizer(tokenizerJSON: $0, file: "mutant")
    }
    #expect(accepted > 0 && accepted < count, "\(accepted) of \(count) accepted")
  }

  @Test func everyTruncationOfAModelProtoIsRefusedOrUsable() throws {
    let bytes = try Fixture.bytes("bpe.model")
    for end in stride(from: 0, to: bytes.count, by: 97) {
      guard
        let tokenizer = try? SentencePieceTokenizer(bytes: Array(bytes[..<end]), file: "cut")
      else { continue }
      _ = try tokenizer.encode("Hello", parsingSpecialTokens: false)
    }
  }

  @Test func aCharsmapThatIsCutOffIsRefused() throws {
    let whole = try Fixture.sentencePiece("unigram").charsmap
    #expect(whole.count > 100_000)
    for end in [1, 4, 5, 1000, 1028, whole.count / 2, whole.count - 1] {
      let vocabulary = Self.vocabulary(charsmap: Array(whole[..<end]))
      #expect(throws: TokenizationError.self) {
        try SentencePieceTokenizer(vocabulary: vocabulary, file: "cut")
      }
    }
    let vocabulary = Self.vocabulary(charsmap: whole)
    let tokenizer = try SentencePieceTokenizer(vocabulary: vocabulary, file: "whole")
    // The rules make a U+FB01 of f and i.
    #expect(
      try tokenizer.encode("ﬁ", parsingSpecialTokens: false)
        == tokenizer.encode("fi", parsingSpecialTokens: false))
  }

  @Test func whatTheLibraryWouldNotSurviveIsRefusedByName() {
    func refuses(_ field: String, _ change: (inout SentencePieceVocabulary) -> Void) {
      var vocabulary = Self.vocabulary()
      change(&vocabulary)
      do {
        _ = try SentencePieceTokenizer(vocabulary: vocabulary, file: "f")
        Issue.record("\(field) was accepted")
      } catch {
        #expect("\(error)".contains(field), "\(error)")
      }
    }
    refuses("scores") { $0.scores.removeLast() }
    refuses("pieces[3]") { $0.pieces[3] = "" }
    refuses("pieces[3]") { $0.pieces[3] = "a\0b" }
    refuses("pieces[3]") { $0.pieces[3] = String(repeating: "x", count: 2000) }
    refuses("pieces[3]") { $0.scores[3] = .nan }
    refuses("pieces[4]") { $0.scores[4] = -.infinity }
    refuses("type unknown") {
      $0.types[0] = .control
      $0.unknown = nil
    }
    refuses("type unknown") { $0.types[3] = .unknown }
    refuses("pieces[3]") { $0.types[3] = .byte }
    refuses("byte 0") {
      $0.types[3] = .byte
      $0.pieces[3] = "<0x41>"
    }
    refuses("unknown id") { $0.unknown = 99 }
    refuses("beginning-of-sequence id") { $0.beginningOfSequence = -2 }
    refuses("already defined") { $0.pieces[4] = $0.pieces[3] }
    refuses("user-defined") {
      for length in 1...70 {
        $0.pieces.append(String(repeating: "z", count: length))
        $0.scores.append(0)
        $0.types.append(.userDefined)
      }
    }
    refuses("empty") { $0 = SentencePieceVocabulary(pieces: [], scores: [], types: []) }
  }

  @Test func triesThatPointOutsideOrLoopAreRefused() {
    /// A trie with these units, of one block by default, and one replacement.
    func blob(_ units: [Int: UInt32], count: Int = 256) -> [UInt8] {
      var blob = (0..<4).map { UInt8(truncatingIfNeeded: (4 * count) >> (8 * $0)) }
      for index in 0..<count {
        let unit = units[index] ?? 0x8000_0000
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
          blob.append(UInt8(truncatingIfNeeded: unit >> shift))
        }
      }
      return blob + Array("xy\0".utf8)
    }
    func accepts(_ units: [Int: UInt32], count: Int = 256) -> Bool {
      let vocabulary = Self.vocabulary(charsmap: blob(units, count: count))
      return (try? SentencePieceTokenizer(vocabulary: vocabulary, file: "f")) != nil
    }
    // The root's base is 1; its child for "a" has a leaf with value 0 at its own base.
    let base = 1
    let child = base ^ 0x61
    let leaf = 0x80
    let good: [Int: UInt32] = [
      0: UInt32(base) << 10,
      child: UInt32(child ^ leaf) << 10 | 0x100 | 0x61, leaf: 0x8000_0000,
    ]
    #expect(accepts(good))
    // After the last whole block, a unit whose parent would lie past its end; nothing leads there.
    #expect(accepts(good.merging([299: 0x0004_00FF]) { $1 }, count: 300))
    #expect(!accepts(good.merging([0: 1 << 20]) { $1 }))
    #expect(!accepts(good.merging([child: 1 << 20 | 0x100 | 0x61]) { $1 }))
    #expect(!accepts(good.merging([leaf: 0x8000_0003]) { $1 }))
    // The child's base is the root's: "aaaa…" goes round for ever, a match at each step.
    #expect(!accepts(good.merging([child: UInt32(child ^ base) << 10 | 0x100 | 0x61]) { $1 }))
  }

  private static func vocabulary(charsmap: [UInt8] = []) -> SentencePieceVocabulary {
    SentencePieceVocabulary(
      pieces: ["<unk>", "<s>", "</s>", "▁", "f", "i"], scores: [0, 0, 0, -1, -2, -3],
      types: [.unknown, .control, .control, .normal, .normal, .normal],
      precompiledCharsmap: charsmap, beginningOfSequence: 1, endOfSequence: 2, unknown: 0)
  }
}

/// How many mutants each file has; `DECODE_FUZZ_COUNT` sets it for a long run.
enum FuzzCount {
  static let perFile = Fixture.environment("DECODE_FUZZ_COUNT").flatMap(Int.init) ?? 150
}
