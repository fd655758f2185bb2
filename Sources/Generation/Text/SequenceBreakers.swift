import Decoding
import LanguageModeling
import Tokenization

/// The token sequences in which a DRY sequence breaker can come, as llama.cpp finds them.
///
/// A token whose text holds the breaker breaks by itself. A token whose text ends with a beginning of the breaker breaks
/// where the tokens of the rest follow it. Where no token's text overlaps the breaker, which is so where its first
/// character is spread over several tokens, the breaker's own tokens break.
enum SequenceBreakers {
  /// The sequences, none twice.
  ///
  /// - Throws: `DecodingFailure.invalidParameter(_:reason:)` for a text that the vocabulary has no tokens for.
  /// - Complexity: O(vocabulary · texts).
  static func tokens(
    of texts: [String], in tokenizer: any Tokenizer
  ) throws(DecodingFailure) -> [[TokenID]] {
    var sequences: [[TokenID]] = []
    var seen: Set<[TokenID]> = [[]]
    func add(_ sequence: [TokenID]) {
      if seen.insert(sequence).inserted { sequences.append(sequence) }
    }
    let breakers = texts.map { Array($0.utf8) }
    var tails: [ArraySlice<UInt8>: [TokenID]] = [:]
    var isFound = breakers.map { _ in false }
    for id in 0..<tokenizer.vocabularyCount {
      guard let token = TokenID(exactly: id) else { break }
      let word = Array(tokenizer.decode([token], skippingSpecialTokens: false).utf8)
      for (index, breaker) in breakers.enumerated() {
        guard let overlaps = overlaps(of: word, with: breaker) else { continue }
        isFound[index] = true
        if overlaps.isEmpty { add([token]) }
        for length in overlaps {
          let rest = breaker[length...]
          if tails[rest] == nil { tails[rest] = try encode(rest, of: texts[index], tokenizer) }
          add([token] + (tails[rest] ?? []))
        }
      }
    }
    for (index, breaker) in breakers.enumerated() where !isFound[index] {
      add(try encode(breaker[...], of: texts[index], tokenizer))
    }
    return sequences
  }

  /// How many bytes of the breaker a word ends with, in every way; none for a word that holds the whole breaker; `nil`
  /// for one that has nothing of it.
  private static func overlaps(of word: [UInt8], with breaker: [UInt8]) -> [Int]? {
    guard let first = breaker.first else { return nil }
    var lengths: [Int] = []
    for start in word.indices where word[start] == first {
      let rest = word[start...]
      if rest.starts(with: breaker) { return [] }
      if breaker.starts(with: rest) { lengths.append(rest.count) }
    }
    return lengths.isEmpty ? nil : lengths
  }

  private static func encode(
    _ bytes: ArraySlice<UInt8>, of text: String, _ tokenizer: any Tokenizer
  ) throws(DecodingFailure) -> [TokenID] {
    do {
      return try tokenizer.encode(
        String(decoding: bytes, as: UTF8.self), parsingSpecialTokens: false)
    } catch {
      throw .invalidParameter("DRY sequence breaker “\(text)”", reason: "\(error)")
    }
  }
}
