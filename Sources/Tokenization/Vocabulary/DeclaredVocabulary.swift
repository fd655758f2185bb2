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

  /// What becomes of a token that is there already.
  private enum Change {
    /// The declared one takes its place.
    case replaced
    /// It takes on what whitespace and words beside it mean.
    case bounded
    case none
  }

  /// Puts the declared tokens in: what is there already takes on their flags, the others come at their ids, or at the
  /// first free one after all.
  ///
  /// - Parameter ownFlagsCount: whether the tokens of the vocabulary file itself have flags there.
  mutating func declare(
    _ declarations: TokenDeclarations, ownFlagsCount: Bool
  ) throws(TokenizationError) {
    for token in declarations.added { try declare(token, declarations, .replaced) }
    let change = ownFlagsCount || declarations.givesAllFlags ? Change.none : .bounded
    for token in declarations.special { try declare(token, declarations, change) }
  }

  private mutating func declare(
    _ token: TokenDeclarations.Token, _ declarations: TokenDeclarations, _ change: Change
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
      add(AddedToken(token, id: TokenID(id)), change)
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
    add(AddedToken(token, id: TokenID(id)), change)
  }

  private mutating func add(_ token: AddedToken, _ change: Change) {
    if let place = places[token.id] {
      switch change {
      case .replaced: addedTokens[place] = token
      case .bounded:
        addedTokens[place].stripsLeft = token.stripsLeft
        addedTokens[place].stripsRight = token.stripsRight
        addedTokens[place].isSingleWord = token.isSingleWord
      case .none: break
      }
      return
    }
    places[token.id] = addedTokens.count
    addedTokens.append(token)
  }
}
