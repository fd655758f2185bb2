import LanguageModeling
import Tokenization

/// A tokenizer whose tokens are the pieces that it is given: bytes, so that a token may be part of a character.
struct PieceTokenizer: Tokenizer {
  let pieces: [[UInt8]]
  var endOfSequence: TokenID?

  init(_ pieces: [[UInt8]], endOfSequence: TokenID? = nil) {
    self.pieces = pieces
    self.endOfSequence = endOfSequence
  }

  init(_ pieces: [String], endOfSequence: TokenID? = nil) {
    self.init(pieces.map { Array($0.utf8) }, endOfSequence: endOfSequence)
  }

  var vocabularyCount: Int { pieces.count }
  var beginningOfSequence: TokenID? { nil }
  var addsBeginningOfSequence: Bool { false }

  func encode(_ text: String, parsingSpecialTokens: Bool) throws(TokenizationError) -> [TokenID] {
    var tokens: [TokenID] = []
    for byte in text.utf8 {
      guard let index = pieces.firstIndex(of: [byte]) else {
        throw .failed(file: "pieces", reason: "no piece for byte \(byte)")
      }
      tokens.append(TokenID(index))
    }
    return tokens
  }

  func decode(_ tokens: [TokenID], skippingSpecialTokens: Bool) -> String {
    let bytes = tokens.filter { !(skippingSpecialTokens && $0 == endOfSequence) }
      .flatMap { pieces.indices.contains(Int($0)) ? pieces[Int($0)] : [] }
    return String(decoding: bytes, as: UTF8.self)
  }

  func piece(of token: TokenID) -> String? {
    pieces.indices.contains(Int(token)) ? String(decoding: pieces[Int(token)], as: UTF8.self) : nil
  }

  func token(of piece: String) -> TokenID? {
    pieces.firstIndex(of: Array(piece.utf8)).map { TokenID($0) }
  }

  func isSpecial(_ token: TokenID) -> Bool { token == endOfSequence }
}
