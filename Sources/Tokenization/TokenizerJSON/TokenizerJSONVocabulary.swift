internal import JSON
import LanguageModeling

/// The tokens of a `tokenizer.json`: those of the model and the added ones, by id.
struct TokenizerJSONVocabulary {
  /// The tokens, spelled; an empty spelling is an id without a token.
  let tokens: ByteStringTable
  let addedTokens: [AddedToken]
  /// Which ids are control tokens.
  let special: [Bool]

  /// - Parameters:
  ///   - root: the whole of `tokenizer.json`.
  ///   - declarations: tokens that other files declare.
  init(_ root: JSONField, declarations: TokenDeclarations?) throws(TokenizationError) {
    let vocabulary = try root.member("model").member("vocab")
    let added = try root.member("added_tokens")
    let addedElements = added.isNull ? [] : try added.elements()
    // Ids have gaps where tokens are reserved, but not more of them than tokens: tables are as long as the last id.
    let limit = min(2 * (Self.count(vocabulary) + addedElements.count) + 1024, Int(Int32.max))
    var addedTokens: [AddedToken] = []
    for element in addedElements {
      addedTokens.append(try Self.addedToken(element, limit: limit))
    }
    var spellings = try Self.spellings(vocabulary, limit: limit)
    for token in addedTokens {
      while spellings.count <= Int(token.id) { spellings.append(nil) }
      if let earlier = spellings[Int(token.id)], !earlier.utf8.elementsEqual(token.content) {
        throw added.invalid("id \(token.id) has another token in the vocabulary")
      }
      spellings[Int(token.id)] = String(decoding: token.content, as: UTF8.self)
    }
    var tokens = ByteStringTable(minimumCapacity: spellings.count)
    for (id, spelling) in spellings.enumerated() {
      let earlier = tokens.append((spelling ?? "").utf8)
      if let earlier, let spelling, !spelling.isEmpty {
        throw vocabulary.invalid("\"\(spelling)\" has the ids \(earlier) and \(id)")
      }
    }
    guard tokens.count > 0 else { throw vocabulary.invalid("the vocabulary is empty") }
    if let declarations {
      var declared = DeclaredVocabulary(tokens, addedTokens: addedTokens)
      try declared.declare(declarations, ownFlagsCount: true)
      (tokens, addedTokens) = (declared.tokens, declared.addedTokens)
    }
    var special = [Bool](repeating: false, count: tokens.count)
    for token in addedTokens where token.isSpecial { special[Int(token.id)] = true }
    self.tokens = tokens
    self.addedTokens = addedTokens
    self.special = special
  }

  private static func count(_ vocabulary: JSONField) -> Int {
    switch vocabulary.value {
    case .object(let members): members.count
    case .array(let elements): elements.count
    default: 0
    }
  }

  /// The model's tokens by id: of BPE, an object from token to id; of a unigram model, a list of tokens and scores.
  private static func spellings(
    _ vocabulary: JSONField, limit: Int
  ) throws(TokenizationError) -> [String?] {
    if case .array(let elements) = vocabulary.value {
      var spellings: [String?] = []
      spellings.reserveCapacity(elements.count)
      for (index, element) in elements.enumerated() {
        guard case .array(let pair) = element, pair.count == 2, case .string(let piece) = pair[0]
        else { throw vocabulary.invalid("element \(index) is no piece with its score") }
        spellings.append(piece)
      }
      return spellings
    }
    let members = try vocabulary.members()
    var spellings: [String?] = []
    spellings.reserveCapacity(members.count)
    for member in members {
      let id = try JSONField(
        value: member.value, path: "\(vocabulary.path)[\"\(member.key)\"]", file: vocabulary.file
      ).index(below: limit)
      while spellings.count <= id { spellings.append(nil) }
      if let earlier = spellings[id], !earlier.utf8.elementsEqual(member.key.utf8) {
        throw vocabulary.invalid("id \(id) has two tokens")
      }
      spellings[id] = member.key
    }
    return spellings
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

  /// How tokens become text.
  ///
  /// `ByteFallback`, `Fuse` and a `Replace` of U+2581 before a `ByteLevel`, which transformers writes for vocabularies
  /// out of GGUF files, change nothing where no token spells a byte or holds a character outside the alphabet.
  func decoder(
    _ field: JSONField, spaces: TokenizerJSONOptions.LlamaSpaces?
  ) throws(TokenizationError) -> TokenDecoder {
    var steps = try TokenDecoder.Step.steps(field)
    if let spaces { steps = spaces.decoderSteps }
    guard steps.last == .byteLevel else { return .steps(steps) }
    let space = TokenDecoder.Step.replace(
      .literal(Array("\u{2581}".utf8)), by: [UInt8(ascii: " ")])
    let isPlain =
      steps.count == 1
      || steps.dropLast().allSatisfy { [.byteFallback, .fuse, space].contains($0) }
        && !hasByteTokens && isAllInAlphabet
    guard isPlain else {
      guard !steps.contains(.fuse) else {
        throw field.unsupported("Fuse before ByteLevel for tokens that are not in bytes")
      }
      return .steps(steps)
    }
    var texts = TokenTexts(minimumCapacity: tokens.count)
    for id in 0..<tokens.count {
      // The decoder looks at characters alone, of added tokens too.
      texts.append(spelling: tokens[id], inAlphabet: true, isSpecial: special[id])
    }
    return .byteLevel(texts)
  }

  /// Whether a token spells a byte (`<0x0A>`).
  var hasByteTokens: Bool {
    (0..<tokens.count).contains { SentencePieceModelProto.byte(of: tokens[$0]) != nil }
  }

  private var isAllInAlphabet: Bool {
    var bytes: [UInt8] = []
    return (0..<tokens.count).allSatisfy {
      bytes.removeAll(keepingCapacity: true)
      return ByteAlphabet.appendBytes(spelledBy: tokens[$0], to: &bytes)
    }
  }
}
