internal import JSON
internal import Tokenization

/// Which tokens the files beside a vocabulary declare, as `PreTrainedTokenizerBase._from_pretrained` of transformers
/// 4.51.3 gathers them: `added_tokens_decoder` of `tokenizer_config.json`, and where there is none
/// `special_tokens_map.json` and `added_tokens.json`.
extension TokenDeclarations {
  /// The keys that name one special token each.
  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]
  /// The keys that name several; the latter is an object of further names in transformers 4, and a list in 5.
  private static let lists = ["additional_special_tokens", "extra_special_tokens"]

  /// - Parameters:
  ///   - configuration: `tokenizer_config.json`.
  ///   - added: `added_tokens.json`.
  ///   - specialMap: `special_tokens_map.json`.
  init(
    configuration: JSONFile?, added: JSONFile?, specialMap: JSONFile?
  ) throws(LoadError) {
    let decoderKey = "added_tokens_decoder"
    if let configuration, let decoder = try configuration.object(decoderKey) {
      self.init(file: configuration.path, field: configuration.field(decoderKey))
      special = try Self.specialTokens([configuration])
      self.added = try Self.tokens(decoder, specialNames: Set(special.map(\.content)))
      givesAllFlags = true
      return
    }
    // What the map says counts before the configuration.
    let sources = [specialMap, configuration].compactMap { $0 }
    self.init(file: (added ?? sources.first)?.path ?? "", field: "added tokens")
    special = try Self.specialTokens(sources)
    if let added {
      self.added = try Self.tokens(ids: added, special: special)
    }
  }

  /// The tokens of an `added_tokens_decoder`, by id.
  private static func tokens(
    _ decoder: JSONFile, specialNames: Set<String>
  ) throws(LoadError) -> [Token] {
    var tokens: [Token] = []
    for member in decoder.members {
      guard let id = Int(member.key), case .object = member.value else {
        throw decoder.invalid(member.key, "must be a token id with a token")
      }
      var token = try self.token(member.value, decoder, member.key, isSpecial: false)
      guard !token.content.isEmpty else { continue }
      token.id = id
      token.isSpecial = token.isSpecial || specialNames.contains(token.content)
      tokens.append(token)
    }
    return tokens.sorted { ($0.id ?? 0) < ($1.id ?? 0) }
  }

  /// The tokens of an `added_tokens.json`, from token to id. Those that are special have the flags that go with their name.
  private static func tokens(
    ids file: JSONFile, special: [Token]
  ) throws(LoadError) -> [Token] {
    let special = Dictionary(special.map { ($0.content, $0) }) { first, _ in first }
    var tokens: [Token] = []
    for member in file.members {
      guard case .integer(let id) = member.value else {
        throw file.invalid(member.key, "must be a token id, not \(member.value.kind)")
      }
      guard !member.key.isEmpty else { continue }
      var token = special[member.key] ?? Token(content: member.key, isSpecial: false)
      token.id = id
      tokens.append(token)
    }
    return tokens.sorted { ($0.id ?? 0) < ($1.id ?? 0) }
  }

  /// The tokens that have a name or stand in a list, each once. Of the sources that have a key, the first counts.
  private static func specialTokens(_ sources: [JSONFile]) throws(LoadError) -> [Token] {
    var found: [(value: JSONValue, file: JSONFile, key: String)] = []
    for name in names {
      guard let source = sources.first(where: { $0[name] != nil }), let value = source[name]
      else { continue }
      found.append((value, source, name))
    }
    for list in lists {
      guard let source = sources.first(where: { $0[list] != nil }), let value = source[list]
      else { continue }
      switch value {
      case .array(let elements): found += elements.map { ($0, source, list) }
      case .object(let members): found += members.map { ($0.value, source, list) }
      default: throw source.invalid(list, "must be a list of tokens, not \(value.kind)")
      }
    }
    var tokens: [Token] = []
    var contents: Set<[UInt8]> = []
    for (value, file, key) in found {
      var token = try self.token(value, file, key, isSpecial: true)
      guard !token.content.isEmpty, contents.insert(Array(token.content.utf8)).inserted else {
        continue
      }
      token.isSpecial = true
      tokens.append(token)
    }
    return tokens
  }

  /// A token as a text, or as an object with its flags.
  private static func token(
    _ value: JSONValue, _ file: JSONFile, _ key: String, isSpecial: Bool
  ) throws(LoadError) -> Token {
    if case .string(let content) = value { return Token(content: content, isSpecial: isSpecial) }
    guard case .string(let content)? = value["content"] else {
      throw file.invalid(key, "must be a token: a text, or an object with its “content”")
    }
    func flag(_ name: String) throws(LoadError) -> Bool? {
      switch value[name] {
      case nil, .null?: return nil
      case .bool(let flag)?: return flag
      case let other?:
        throw file.invalid(key, "“\(name)” must be true or false, not \(other.kind)")
      }
    }
    return Token(
      content: content, isSpecial: try flag("special") ?? isSpecial,
      stripsLeft: try flag("lstrip") ?? false, stripsRight: try flag("rstrip") ?? false,
      isSingleWord: try flag("single_word") ?? false, isNormalized: try flag("normalized"))
  }
}
