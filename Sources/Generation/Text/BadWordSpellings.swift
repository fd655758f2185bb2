import Decoding
import LanguageModeling
import Tokenization

/// The token sequences that a banned text is written with: after a space, after a line break, and at the beginning.
///
/// transformers leaves it to its users to make `bad_words_ids` of words with and without a space before them; these
/// are both. Other ways to cut the same text into tokens aren't banned, here as there.
enum BadWordSpellings {
  /// The sequences, none twice.
  ///
  /// - Throws: `DecodingFailure.invalidParameter(_:reason:)` for a text that the vocabulary has no tokens for.
  static func tokens(
    of text: String, in tokenizer: any Tokenizer
  ) throws(DecodingFailure) -> [[TokenID]] {
    var spellings: [[TokenID]] = []
    do throws(TokenizationError) {
      let lineBreak = try? tokenizer.encode("\n", parsingSpecialTokens: false)
      spellings = [
        try tokenizer.encode(text, parsingSpecialTokens: true),
        try tokenizer.encode(" " + text, parsingSpecialTokens: true),
      ]
      // After a line break there is neither a space nor one that the tokenizer adds.
      if let lineBreak, !lineBreak.isEmpty {
        let whole = try tokenizer.encode("\n" + text, parsingSpecialTokens: true)
        if whole.starts(with: lineBreak) {
          spellings.append(Array(whole.dropFirst(lineBreak.count)))
        }
      }
    } catch {
      throw .invalidParameter("bad word “\(text)”", reason: "\(error)")
    }
    var seen: Set<[TokenID]> = [[]]
    spellings.removeAll { !seen.insert($0).inserted }
    guard !spellings.isEmpty else {
      throw .invalidParameter("bad word “\(text)”", reason: "has no tokens; leave it out")
    }
    return spellings
  }
}
