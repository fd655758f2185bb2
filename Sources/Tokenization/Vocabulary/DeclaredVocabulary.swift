import LanguageModeling

/// A vocabulary and the added tokens in it, while declarations of other files are put in.
struct DeclaredVocabulary {
  private let base: ByteStringTable
  private(set) var addedTokens: [AddedToken]
  /// Where in ``addedTokens`` the token of an id stands.
  private var places: [TokenID: Int] = [:]
  /// Tokens that the vocabulary lacks.
  private var spellings: [Int: [UInt8]] = [:]
  private var ids: [[UInt8]: Int] = [:]
  private var count: Int

  /// - Parameters:
  ///   - tokens: spelled; an empty spelling is an id without a token.
  ///   - addedTokens: those that the vocabulary file itself declares, which are among the tokens.
  init(_ tokens: ByteStringTable, addedTokens: [AddedToken]) {
    base = tokens
    self.addedTokens = addedTokens
    count = tokens.count
    for (place, token) in addedTokens.enumerated() { places[token.id] = place }
  }

  /// The tokens with those that were declared.
  var tokens: ByteStringTable {
    guard !spellings.isEmpty else { return base }
    var strings = ByteStrings(minimumCapacity: count)
    for id in 0..<count {
      if let spelling = spellings[id] {
        strings.append(spelling)
      } else {
        strings.append(id < base.count ? base[id] : [])
      }
    }
    return ByteStringTable(strings)
  }

  /// Puts the declared tokens in: what is there already takes on their flags, the others come at their ids, or at the
  /// first free one after all.
  mutating func declare(_ declarations: TokenDeclarations) throws(TokenizationError) {
    for token in declarations.added { try declare(token, declarations, overrides: true) }
    for token in declarations.special { try declare(token, declarations, overrides: false) }
  }

  private mutating func declare(
    _ token: TokenDeclarations.Token, _ declarations: TokenDeclarations, overrides: Bool
  ) throws(TokenizationError) {
    let content = Array(token.content.utf8)
    guard (1...SpecialTokenMatcher.longestToken).contains(content.count) else {
      throw declarations.invalid(token, "has \(content.count) bytes")
    }
    if let id = ids[content] ?? base.find(content).map(Int.init) {
      if let declared = token.id, declared != id {
        throw declarations.invalid(
          token, "is declared with the id \(declared), and is \(id) in the vocabulary")
      }
      add(AddedToken(token, id: TokenID(id)), overrides: overrides)
      return
    }
    // Ids may have gaps, but a file can't ask for a table of any size.
    let id = token.id ?? count
    guard id >= 0, id < 2 * base.count + 4096, id < Int(Int32.max) else {
      throw declarations.invalid(
        token, "is declared with the id \(id), in a vocabulary of \(count) tokens")
    }
    let other = spellings[id] ?? (id < base.count ? Array(base[id]) : [])
    guard other.isEmpty else {
      throw declarations.invalid(
        token,
        "is declared with the id \(id), which is “\(String(decoding: other, as: UTF8.self))”")
    }
    spellings[id] = content
    ids[content] = id
    count = max(count, id + 1)
    add(AddedToken(token, id: TokenID(id)), overrides: overrides)
  }

  private mutating func add(_ token: AddedToken, overrides: Bool) {
    if let place = places[token.id] {
      if overrides { addedTokens[place] = token }
      return
    }
    places[token.id] = addedTokens.count
    addedTokens.append(token)
  }
}
