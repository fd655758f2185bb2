import LanguageModeling
import Tokenization

/// Token 0 ends a text; token *n* is the *n*th letter.
struct LetterTokenizer: Tokenizer {
  let count: Int

  var vocabularyCount: Int { count }
  var beginningOfSequence: TokenID? { nil }
  var endOfSequence: TokenID? { 0 }
  var addsBeginningOfSequence: Bool { false }

  func encode(_ text: String, parsingSpecialTokens: Bool) throws(TokenizationError) -> [TokenID] {
    text.utf8.map { TokenID($0) - 96 }
  }

  func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
    tokens.filter { $0 != 0 }.compactMap(piece).joined()
  }

  func piece(of token: TokenID) -> String? {
    UInt8(exactly: 96 + token).map { String(decoding: [$0], as: UTF8.self) }
  }

  func token(of piece: String) -> TokenID? {
    (0..<TokenID(count)).first { self.piece(of: $0) == piece }
  }

  func isSpecial(_ token: TokenID) -> Bool { token == 0 }
}
