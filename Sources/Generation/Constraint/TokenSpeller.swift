import LanguageModeling
import Synchronization
import Tokenization

/// Cuts bytes into the tokens that a model is likely to write them with: always the longest that fits.
///
/// A guess: a model may write them otherwise, and what it writes holds.
final class TokenSpeller: Sendable {
  private struct Table {
    var tokens: [[UInt8]: TokenID] = [:]
    var longest = 0
  }

  private let tokenizer: any Tokenizer
  /// Made when it is first needed.
  private let table = Mutex<Table?>(nil)

  init(_ tokenizer: any Tokenizer) { self.tokenizer = tokenizer }

  /// The tokens of some bytes, at most `limit`, as far as there are any.
  func tokens(of bytes: [UInt8], limit: Int) -> [TokenID] {
    guard !bytes.isEmpty else { return [] }
    return table.withLock { known in
      let table = known ?? Self.table(tokenizer)
      known = table
      var tokens: [TokenID] = []
      var rest = bytes[...]
      while tokens.count < limit, !rest.isEmpty {
        var length = min(table.longest, rest.count)
        while length > 0 {
          if let token = table.tokens[Array(rest.prefix(length))] {
            tokens.append(token)
            break
          }
          length -= 1
        }
        guard length > 0 else { return tokens }
        rest = rest.dropFirst(length)
      }
      return tokens
    }
  }

  private static func table(_ tokenizer: any Tokenizer) -> Table {
    var table = Table()
    for token in 0..<TokenID(clamping: tokenizer.vocabularyCount) {
      guard let bytes = tokenizer.bytes(of: token), table.tokens[bytes] == nil else { continue }
      table.tokens[bytes] = token
      table.longest = max(table.longest, bytes.count)
    }
    return table
  }
}
