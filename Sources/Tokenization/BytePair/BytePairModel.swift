import LanguageModeling

/// A vocabulary of tokens and their merges: words to ids, as the model `BPE` of Hugging Face's tokenizers 0.21.
struct BytePairModel: Sendable {
  /// What a word is taken apart into before anything is merged.
  enum Units: Hashable, Sendable {
    /// Its bytes, whose tokens are spelled in GPT-2's alphabet.
    case bytes
    /// Its scalars; those without a token become their bytes' tokens (`<0x0A>`) where `fallsBackOnBytes`.
    case scalars(fallsBackOnBytes: Bool)
  }

  /// The tokens, spelled; an empty spelling is an id without a token.
  let tokens: ByteStringTable
  private let merger: BytePairMerger
  private let units: Units
  /// The token of each byte: of its spelling in the alphabet, or of `<0x0A>`. -1 where there is none.
  private let byteTokens: [TokenID]
  /// The token of each scalar below U+0080 by itself, -1 where there is none; empty where units are bytes.
  private let asciiTokens: [TokenID]
  /// What stands for units without a token.
  let unknown: TokenID?
  /// Whether one unknown token stands for a run of such units.
  private let fusesUnknown: Bool
  /// Whether a word that is a token as it stands is taken whole, whatever the merges say.
  private let ignoresMerges: Bool

  init(
    tokens: ByteStringTable, merges: MergeTable, units: Units, unknown: TokenID?,
    fusesUnknown: Bool, ignoresMerges: Bool
  ) {
    self.tokens = tokens
    merger = BytePairMerger(merges)
    self.units = units
    self.unknown = unknown
    self.fusesUnknown = fusesUnknown
    self.ignoresMerges = ignoresMerges
    switch units {
    case .bytes:
      byteTokens = (UInt8.min...UInt8.max).map { byte in
        var spelling: [UInt8] = []
        ByteAlphabet.appendSpelling(of: byte, to: &spelling)
        return tokens.find(spelling) ?? -1
      }
      asciiTokens = []
    case .scalars:
      byteTokens = Self.byteTokens(of: tokens)
      asciiTokens = (UInt8(0)..<128).map { tokens.find([$0]) ?? -1 }
    }
  }

  /// Whether words are taken apart into bytes.
  var isByteLevel: Bool { units == .bytes }

  /// The tokens `<0x00>` to `<0xFF>`, -1 where one is missing.
  static func byteTokens(of tokens: ByteStringTable) -> [TokenID] {
    let digits = Array("0123456789ABCDEF".utf8)
    return (UInt8.min...UInt8.max).map { byte in
      let spelling = Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      return tokens.find(spelling + [UInt8(ascii: ">")]) ?? -1
    }
  }

  /// Appends the tokens of one word.
  func encode(_ word: Range<Int>, of text: [UInt8], into ids: inout [TokenID]) {
    let start = ids.count
    switch units {
    case .bytes:
      if ignoresMerges, let id = tokens.find(Self.spelling(of: text[word])) {
        ids.append(id)
        return
      }
      appendBytes(word, of: text, into: &ids)
    case .scalars(let fallsBackOnBytes):
      if ignoresMerges, let id = tokens.find(text, in: word) {
        ids.append(id)
        return
      }
      appendScalars(word, of: text, fallsBackOnBytes, into: &ids)
    }
    merger.merge(&ids, from: start)
  }

  private static func spelling(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    var spelling: [UInt8] = []
    spelling.reserveCapacity(2 * bytes.count)
    for byte in bytes { ByteAlphabet.appendSpelling(of: byte, to: &spelling) }
    return spelling
  }

  private func appendBytes(_ word: Range<Int>, of text: [UInt8], into ids: inout [TokenID]) {
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
  }

  /// An unknown token waits until a scalar with a token follows: where bytes are fallen back on meanwhile, it comes
  /// after them, as in the reference.
  private func appendScalars(
    _ word: Range<Int>, of text: [UInt8], _ fallsBackOnBytes: Bool, into ids: inout [TokenID]
  ) {
    var isUnknownPending = false
    var index = word.lowerBound
    while index < word.upperBound {
      let end = index + UTF8Scalars.length(of: text[index])
      defer { index = end }
      let id =
        text[index] < 0x80 ? asciiTokens[Int(text[index])] : tokens.find(text, in: index..<end)
      if let id, id >= 0 {
        if isUnknownPending, let unknown { ids.append(unknown) }
        isUnknownPending = false
        ids.append(id)
        continue
      }
      if fallsBackOnBytes, text[index..<end].allSatisfy({ byteTokens[Int($0)] >= 0 }) {
        for byte in text[index..<end] { ids.append(byteTokens[Int(byte)]) }
        continue
      }
      guard let unknown else { continue }
      if isUnknownPending, !fusesUnknown { ids.append(unknown) }
      isUnknownPending = true
    }
    if isUnknownPending, let unknown { ids.append(unknown) }
  }
}
