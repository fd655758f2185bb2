import Decoding
import Generation
import Metrics

/// How the command line spells settings, in both directions.
enum SettingSpelling {
  /// What clears a list that isn't empty by default; it leaves nothing of what stands before it, as in llama.cpp.
  private static let none = "none"

  /// The flag of a setting.
  static func flag(of parameter: AnyParameter) -> String { "--" + (parameter.flag?.name ?? "") }

  /// The value that a flag's words spell; what they can't spell stays a text, for the resolver to refuse.
  static func value(of parameter: AnyParameter, _ words: [String]) -> ParameterValue {
    let text = words.last ?? ""
    switch parameter.kind {
    case .number, .integer, .structure: return SettingArgument(argument: text).value
    case .truth: return .bool(true)
    case .text: return .text(text)
    case .choice:
      // A choice that is a truth value where nobody makes one may be one elsewhere.
      if case .bool? = parameter.neutral, let truth = Bool(text) { return .bool(truth) }
      return .text(text)
    case .texts:
      let isClearable = parameter.neutral?.isEmpty == false
      let kept =
        isClearable
        ? words.split(separator: none, omittingEmptySubsequences: false).last ?? [] : words[...]
      return .list(kept.map(ParameterValue.text))
    case .tokens:
      let text = words.joined(separator: ",")
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let ids = parts.compactMap { Int($0) }
      return ids.count == parts.count ? .list(ids.map(ParameterValue.integer)) : .text(text)
    case .biases: return biases(words)
    }
  }

  /// The setting that a name stands for: its key, or the name of a flag.
  ///
  /// - Throws: `CommandFailure` for a name that is no setting's.
  static func parameter(spelled name: String) throws(CommandFailure) -> AnyParameter {
    let key = String(name.drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 })
    if let parameter = SettingCatalogue.parameter(named: key) { return parameter }
    let flag = key.map { $0 == "_" ? "-" : String($0) }.joined()
    if let parameter = SettingCatalogue.parameters.first(where: { parameter in
      parameter.flag.map { $0.name == flag || $0.aliases.contains(flag) } ?? false
    }) {
      return parameter
    }
    let nearest = NearestName.nearest(to: key, in: SettingCatalogue.parameters.map(\.key))
    throw .usage(
      "there is no setting “\(name)”" + (nearest.map { "; did you mean “\($0)”?" } ?? ""))
  }

  /// The value that a text spells where it stands alone, so that a truth has to be written.
  static func value(of parameter: AnyParameter, typed text: String) -> ParameterValue {
    guard parameter.kind == .truth else { return value(of: parameter, [text]) }
    return Bool(text).map(ParameterValue.bool) ?? .text(text)
  }

  /// The mapping that `ids=x` spells, or the first text as it stands that has no `=`.
  private static func biases(_ texts: [String]) -> ParameterValue {
    var members: [ParameterValue.Member] = []
    for text in texts {
      guard let sign = text.lastIndex(of: "=") else { return .text(text) }
      let value = SettingArgument(argument: String(text[text.index(after: sign)...])).value
      members.append(ParameterValue.Member(String(text[..<sign]), value))
    }
    return .mapping(members)
  }

  /// The words that spell a value, the flag before each; `nil` where there is no flag, or none that can say it.
  static func words(of parameter: AnyParameter, _ value: ParameterValue) -> [String]? {
    if value == .null { return [] }
    guard parameter.flag != nil else { return nil }
    let flag = flag(of: parameter)
    switch (parameter.kind, value) {
    case (.tokens, _), (.biases, _), (.structure, _): return nil
    case (.truth, _): return value == .bool(true) ? [flag] : []
    case (.texts, .text(let text)): return [flag, text]
    case (.texts, .list(let values)):
      let texts = values.map(\.description)
      guard parameter.neutral?.isEmpty == false else { return texts.flatMap { [flag, $0] } }
      guard !texts.contains(none) else { return nil }
      return texts.isEmpty ? [flag, none] : texts.flatMap { [flag, $0] }
    case (_, .list), (_, .mapping): return nil
    default: return [flag, value.description]
    }
  }

  /// Whether a comma in the setting's flag stands between values to try, not within one.
  static func takesCommaLists(_ parameter: AnyParameter) -> Bool {
    switch parameter.kind {
    case .number, .integer, .choice: true
    case .truth, .text, .texts, .tokens, .biases, .structure: false
    }
  }
}
