import LanguageModeling

/// A vocabulary of byte-level tokens and their merges: words to ids.
struct BytePairModel: Sendable {
  /// The tokens, spelled; an empty spelling is an id without a token.
  let tokens: ByteStringTable
  private let merger: BytePairMerger
  /// The token of each single byte, -1 where there is none.
  private let byteTokens: [TokenID]
  /// What stands for bytes without a token.
  let unknown: TokenID?
  /// Whether one unknown token stands for a run of such bytes.
  private let fusesUnknown: Bool
  /// Whether a word that is a token as it stands is taken whole, whatever the merges say.
  private let ignoresMerges: Bool

  init(
    tokens: ByteStringTable, merges: MergeTable, unknown: TokenID?, fusesUnknown: Bool,
    ignoresMerges: Bool
  ) {
    self.tokens = tokens
    merger = BytePairMerger(merges)
    self.unknown = unknown
    self.fusesUnknown = fusesUnknown
    self.ignoresMerges = ignoresMerges
    byteTokens = (UInt8.min...UInt8.max).map { byte in
      var spelling: [UInt8] = []
      ByteAlphabet.appendSpelling(of: byte, to: &spelling)
      return tokens.find(spelling) ?? -1
    }
  }

  /// Appends the tokens of one word.
  func encode(_ word: Range<Int>, of text: [UInt8], into ids: inout [TokenID]) {
    if ignoresMerges {
      var spelling: [UInt8] = []
      spelling.reserveCapacity(2 * word.count)
      for index in word { ByteAlphabet.appendSpelling(of: text[index], to: &spelling) }
      if let id = tokens.find(spelling) {
        ids.append(id)
        return
      }
    }
    let start = ids.count
    var inUnknown = false
    for index in word {
      let id = byteTokens[Int(text[index])]
      if id >= 0 {
        ids.append(id)
      } else if let unknown, !(inUnknown && fusesUnknown) {
        ids.append(unknown)
      }
      inUnknown = id < 0
    }
    merger.merge(&ids, from: start)
  }
}
