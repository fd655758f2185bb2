import Decoding
import Generation
import JSON

/// What `--explain` prints: what would be done, and who asked for it.
struct Explanation {
  /// The model as the user knows it, and who named it.
  var model: (name: String, source: String)
  /// The settings with their account.
  var resolved: ResolvedSettings
  /// What else holds: name, value, source.
  var others: [(name: String, value: String, source: String)]

  /// The explanation, each line with its newline.
  var text: String {
    let filters = resolved.filters.map { "\($0.name.rawValue) \($0.value)" }
    var rows = [
      ["setting", "value", "from"], ["model", model.name, model.source],
      ["strategy", resolved.settings.strategy.rawValue, resolved.strategyReason],
    ]
    for entry in resolved.entries {
      rows.append([entry.key.rawValue, Self.spelled(entry.value), entry.source.description])
    }
    if resolved.settings.seed == nil {
      rows.append([
        "seed", resolved.settings.strategy.draws ? "random" : "not needed", "default",
      ])
    }
    rows += others.map { [$0.name, $0.value, $0.source] }
    var text = TextTable(rows: rows).text
    text += "\nfilters: " + (filters.isEmpty ? "none" : filters.joined(separator: ", then ")) + "\n"
    if !resolved.dropped.isEmpty {
      let rows = resolved.dropped.map { [$0.key, Self.spelled($0.value), $0.reason] }
      text += "\nfrom \(SettingSource.model), not applied:\n" + TextTable(rows: rows).text
    }
    return text
  }

  /// Texts between quotation marks inside lists and where they hold more than a word, so that a newline or a space can
  /// be seen.
  private static func spelled(_ value: SettingValue) -> String {
    switch value {
    case .list: JSONValue(value).text
    case .text(let text) where text.isEmpty || !text.allSatisfy(isPartOfAWord):
      JSONValue(value).text
    default: value.description
    }
  }

  private static func isPartOfAWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character.isPunctuation
  }
}
