internal import JSON
import LanguageModeling

/// The tokens of a `tokenizer.json`: those of the model and the added ones, by id.
struct TokenizerJSONVocabulary {
  /// The tokens, spelled; an empty spelling is an id without a token.
  private(set) var tokens: ByteStringTable
  private(set) var addedTokens: [AddedToken] = []

  /// - Parameter root: the whole of `tokenizer.json`.
  init(_ root: JSONField) throws(TokenizationError) {
    let vocabulary = try root.member("model").member("vocab")
    let members = try vocabulary.members()
    let added = try root.member("added_tokens")
    let addedElements = added.isNull ? [] : try added.elements()
    // Ids have gaps where tokens are reserved, but not more of them than tokens: tables are as long as the last id.
    let limit = min(2 * (members.count + addedElements.count) + 1024, Int(Int32.max))
    for element in addedElements {
      addedTokens.append(try Self.addedToken(element, limit: limit))
    }

    var spellings: [String?] = []
    func place(_ spelling: String, at id: Int) -> Bool {
      while spellings.count <= id { spellings.append(nil) }
      if let earlier = spellings[id] { return earlier.utf8.elementsEqual(spelling.utf8) }
      spellings[id] = spelling
      return true
    }
    spellings.reserveCapacity(members.count + addedTokens.count)
    for member in members {
      let id = try JSONField(
        value: member.value, path: "\(vocabulary.path)[\"\(member.key)\"]", file: root.file
      ).index(below: limit)
      guard place(member.key, at: id) else {
        throw vocabulary.invalid("id \(id) has two tokens")
      }
    }
    for token in addedTokens {
      guard place(String(decoding: token.content, as: UTF8.self), at: Int(token.id)) else {
        throw added.invalid("id \(token.id) has another token in the vocabulary")
      }
    }
    tokens = ByteStringTable(minimumCapacity: spellings.count)
    for (id, spelling) in spellings.enumerated() {
      let earlier = tokens.append((spelling ?? "").utf8)
      if let earlier, let spelling, !spelling.isEmpty {
        throw vocabulary.invalid("\"\(spelling)\" has the ids \(earlier) and \(id)")
      }
    }
    guard !spellings.isEmpty else { throw vocabulary.invalid("the vocabulary is empty") }
  }

  private static func addedToken(
    _ field: JSONField, limit: Int
  ) throws(TokenizationError) -> AddedToken {
    try field.checkKeys([
      "id", "content", "single_word", "lstrip", "rstrip", "normalized", "special",
    ])
    let content = Array(try field.member("content").string().utf8)
    guard (1...SpecialTokenMatcher.longestToken).contains(content.count) else {
      throw field.invalid("an added token of \(content.count) bytes")
    }
    let isSpecial = try field.member("special").bool(default: false)
    return AddedToken(
      id: TokenID(try field.member("id").index(below: limit)), content: content,
      isSpecial: isSpecial, stripsLeft: try field.member("lstrip").bool(default: false),
      stripsRight: try field.member("rstrip").bool(default: false),
      isSingleWord: try field.member("single_word").bool(default: false),
      isNormalized: try field.member("normalized").bool(default: !isSpecial))
  }

  /// The bytes of each token. Added tokens are spelled in the alphabet too as far as the decoder can tell: it looks at
  /// characters alone.
  func texts() -> TokenTexts {
    var isSpecial = [Bool](repeating: false, count: tokens.count)
    for token in addedTokens where token.isSpecial { isSpecial[Int(token.id)] = true }
    var texts = TokenTexts(minimumCapacity: tokens.count)
    for id in 0..<tokens.count {
      texts.append(spelling: tokens[id], inAlphabet: true, isSpecial: isSpecial[id])
    }
    return texts
  }

  /// - Parameter field: the `model` of `tokenizer.json`.
  func model(_ field: JSONField) throws(TokenizationError) -> BytePairModel {
    try field.checkKeys([
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
      "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
    ])
    let type = try field.member("type").string()
    guard type == "BPE" else { throw field.unsupported("the model \"\(type)\"") }
    guard try field.member("dropout").isNull else { throw field.unsupported("dropout") }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      let affix = try field.member(name)
      guard !affix.isNull else { continue }
      guard try affix.string().isEmpty else { throw field.unsupported(name) }
    }
    if try field.member("byte_fallback").bool(default: false) {
      // Without tokens for bytes there is nothing to fall back on.
      guard !hasByteTokens else { throw field.unsupported("byte_fallback") }
    }
    var unknown: TokenID?
    let unknownField = try field.member("unk_token")
    if !unknownField.isNull {
      let name = try unknownField.string()
      unknown = tokens.find(Array(name.utf8))
      guard unknown != nil else { throw unknownField.invalid("\"\(name)\" is no token") }
    }
    let merges = try field.member("merges")
    guard case .array(let pairs) = merges.value else { throw merges.invalid("a list is expected") }
    let table = try BytePairModel.mergeTable(
      tokens, count: pairs.count, file: field.file, field: merges.path
    ) { index, buffer in
      switch pairs[index] {
      case .string(let merge): return BytePairModel.split(merge.utf8, into: &buffer)
      case .array(let halves):
        guard halves.count == 2, case .string(let left) = halves[0],
          case .string(let right) = halves[1]
        else { return nil }
        buffer.append(contentsOf: left.utf8)
        buffer.append(contentsOf: right.utf8)
        return left.utf8.count
      default: return nil
      }
    }
    return BytePairModel(
      tokens: tokens, merges: table, unknown: unknown,
      fusesUnknown: try field.member("fuse_unk").bool(default: false),
      ignoresMerges: try field.member("ignore_merges").bool(default: false))
  }

  private var hasByteTokens: Bool {
    (0..<tokens.count).contains { SentencePieceModelProto.byte(of: tokens[$0]) != nil }
  }

  /// Throws unless the decoder makes bytes of the alphabet and does nothing else.
  ///
  /// `ByteFallback`, `Fuse` and a `Replace` of U+2581 before a `ByteLevel`, which transformers writes for vocabularies out of GGUF
  /// files, change nothing where no token spells a byte or holds a character outside the alphabet.
  func checkDecoder(_ field: JSONField) throws(TokenizationError) {
    guard !field.isNull else { throw field.unsupported("a vocabulary that is not byte-level") }
    let type = try field.member("type").string()
    let decoders = type == "Sequence" ? try field.member("decoders").elements() : [field]
    for (index, decoder) in decoders.enumerated() {
      let type = try decoder.member("type").string()
      if index == decoders.count - 1 {
        guard type == "ByteLevel" else { throw decoder.unsupported("the decoder \"\(type)\"") }
        return
      }
      switch type {
      case "ByteFallback", "Fuse": break
      case "Replace":
        let pattern = try decoder.member("pattern").member("String").string()
        guard pattern.utf8.elementsEqual("\u{2581}".utf8) else {
          throw decoder.unsupported("the replacement of \"\(pattern)\"")
        }
      default: throw decoder.unsupported("the decoder \"\(type)\"")
      }
      guard index > 0 || !hasByteTokens && isAllInAlphabet else {
        throw decoder.unsupported("the decoder \"\(type)\" for tokens that are not in bytes")
      }
    }
    throw field.unsupported("an empty decoder")
  }

  private var isAllInAlphabet: Bool {
    var bytes: [UInt8] = []
    return (0..<tokens.count).allSatisfy {
      bytes.removeAll(keepingCapacity: true)
      return ByteAlphabet.appendBytes(spelledBy: tokens[$0], to: &bytes)
    }
  }
}
