import Decoding
import Generation
import Inference
import JSON

/// What `--explain` prints: what would be done, and who asked for it.
struct Explanation {
  /// The model as the user knows it, and who named it.
  var model: (name: String, source: String)
  /// The settings with their account.
  var resolved: ResolvedSettings
  /// The penalties and masks, in order.
  var processors: [any LogitsProcessor]
  /// The longest sequence, in tokens.
  var contextLength: Int
  /// Further settings: name, value, source.
  var others: [(name: String, value: String, source: String)]

  /// The explanation, each line with its newline.
  var text: String {
    var rows = [
      ["setting", "value", "from"], ["model", model.name, model.source],
      ["strategy", resolved.settings.strategy.name, resolved.strategyReason],
    ]
    for entry in resolved.entries {
      rows.append([entry.key, Self.spelled(entry.value), entry.source.description])
    }
    if resolved.settings.seed == nil {
      rows.append([
        "seed", resolved.settings.strategy.draws ? "random" : "not needed", "default",
      ])
    }
    rows += others.map { [$0.name, $0.value, $0.source] }
    var text = TextTable(rows: rows).text
    text += "\npenalties: " + Self.chain(processors.map(\.description))
    text += "filters: " + Self.chain(resolved.filters.map(\.summary))
    text += "stops: " + stops.joined(separator: ", or ") + "\n"
    if !resolved.dropped.isEmpty {
      let rows = resolved.dropped.map { [$0.key, Self.spelled($0.value), $0.reason] }
      text += "\nfrom \(SettingSource.model), not applied:\n" + TextTable(rows: rows).text
    }
    return text
  }

  /// What ends a sequence.
  private var stops: [String] {
    let settings = resolved.settings
    var stops: [String] = []
    if !settings.ignoresEndOfSequence, !settings.endOfSequenceTokens.isEmpty {
      let tokens = settings.endOfSequenceTokens.map(String.init).joined(separator: ", ")
      stops.append(
        "at the token \(tokens)"
          + (settings.minNewTokens > 0 ? " with at least \(settings.minNewTokens) before it" : ""))
    }
    stops += settings.stopStrings.map { "before \(JSONValue.string($0).text)" }
    if settings.maxNewTokens >= 0 { stops.append("at \(settings.maxNewTokens) new tokens") }
    stops.append("at \(contextLength) tokens with the prompt")
    return stops
  }

  private static func chain(_ steps: [String]) -> String {
    (steps.isEmpty ? "none" : steps.joined(separator: ", then ")) + "\n"
  }

  /// Texts between quotation marks inside lists and where they hold more than a word, so that a newline or a space can
  /// be seen.
  private static func spelled(_ value: ParameterValue) -> String {
    switch value {
    case .list, .mapping: JSONValue(value).text
    case .text(let text) where text.isEmpty || !text.allSatisfy(isPartOfAWord):
      JSONValue(value).text
    default: value.description
    }
  }

  private static func isPartOfAWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character.isPunctuation
  }
}
