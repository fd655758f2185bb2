import Decoding
import LanguageModeling

extension SettingsResolver {
  /// Lists of token ids, none of them empty.
  static func tokenLists(of value: SettingValue) -> [[TokenID]]? {
    guard !value.isEmpty else { return [] }
    guard case .list(let values) = value else { return nil }
    var lists: [[TokenID]] = []
    for value in values {
      guard case .list = value, let list = tokens(of: value), !list.isEmpty else { return nil }
      lists.append(list)
    }
    return lists
  }

  /// A mapping of token ids to biases.
  static func logitBias(of value: SettingValue) -> [TokenID: Double]? {
    guard !value.isEmpty else { return [:] }
    guard case .mapping(let members) = value else { return nil }
    var biases: [TokenID: Double] = [:]
    for member in members {
      guard let token = TokenID(member.key), token >= 0, let bias = bias(of: member.value),
        biases.updateValue(bias, forKey: token) == nil
      else { return nil }
    }
    return biases
  }

  /// Sequences of token ids with their biases, each once: transformers' list of pairs, or its mapping, whose keys it
  /// writes as Python spells a tuple.
  static func sequenceBias(of value: SettingValue) -> [SequenceBias.Entry]? {
    var entries: [SequenceBias.Entry] = []
    switch value {
    case .list(let pairs):
      for pair in pairs {
        guard case .list(let parts) = pair, parts.count == 2, case .list = parts[0],
          let tokens = tokens(of: parts[0]), let bias = bias(of: parts[1])
        else { return nil }
        entries.append(SequenceBias.Entry(tokens, bias: bias))
      }
    case .mapping(let members):
      for member in members {
        guard let tokens = tokens(spelled: member.key), let bias = bias(of: member.value)
        else { return nil }
        entries.append(SequenceBias.Entry(tokens, bias: bias))
      }
    case .null: break
    default: return nil
    }
    return (try? SequenceBias(entries)) == nil ? nil : entries
  }

  /// A list of a start and a factor.
  static func exponentialDecayLength(of value: SettingValue) -> ExponentialDecayLength? {
    guard case .list(let parts) = value, parts.count == 2, case .integer(let start) = parts[0],
      let factor = parts[1].asDouble
    else { return nil }
    return try? ExponentialDecayLength(start: start, factor: factor)
  }

  /// A number that float32 holds, or −∞, which JSON has only a text for.
  private static func bias(of value: SettingValue) -> Double? {
    if case .text(let text) = value {
      return ["-inf", "-.inf", "-Infinity"].contains(text) ? -.infinity : nil
    }
    guard let bias = value.asDouble, bias == -.infinity || Float(bias).isFinite else { return nil }
    return bias
  }

  /// Token ids joined by commas: `10,45`, `(10, 45)`, `(10,)`.
  private static func tokens(spelled text: String) -> [TokenID]? {
    var text = Substring(text)
    if text.hasPrefix("("), text.hasSuffix(")") {
      text = text.dropFirst().dropLast()
      if text.hasSuffix(",") { text = text.dropLast() }
    }
    var tokens: [TokenID] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let token = TokenID(part.drop { $0 == " " }), token >= 0 else { return nil }
      tokens.append(token)
    }
    return tokens
  }
}
