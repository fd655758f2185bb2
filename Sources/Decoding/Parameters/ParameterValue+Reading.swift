import LanguageModeling

extension ParameterValue {
  /// One text or a list of them; `nil` for anything else, and where one is empty.
  var texts: [String]? {
    let values = if case .list(let list) = self { list } else { [self] }
    var texts: [String] = []
    for case .text(let text) in values where !text.isEmpty { texts.append(text) }
    return texts.count == values.count ? texts : nil
  }

  /// One token id or a list of them; `nil` for anything else.
  var tokens: [TokenID]? {
    let values = if case .list(let list) = self { list } else { [self] }
    var tokens: [TokenID] = []
    for case .integer(let number) in values {
      if let token = TokenID(exactly: number), token >= 0 { tokens.append(token) }
    }
    return tokens.count == values.count ? tokens : nil
  }

  /// Lists of token ids, none of them empty; `nil` for anything else.
  var tokenLists: [[TokenID]]? {
    guard !isEmpty else { return [] }
    guard case .list(let values) = self else { return nil }
    var lists: [[TokenID]] = []
    for value in values {
      guard case .list = value, let list = value.tokens, !list.isEmpty else { return nil }
      lists.append(list)
    }
    return lists
  }

  /// A number that float32 holds, or −∞, which JSON has only a text for.
  var bias: Double? {
    if case .text(let text) = self {
      return ["-inf", "-.inf", "-Infinity"].contains(text) ? -.infinity : nil
    }
    guard let bias = asDouble, bias == -.infinity || Float(bias).isFinite else { return nil }
    return bias
  }
}
