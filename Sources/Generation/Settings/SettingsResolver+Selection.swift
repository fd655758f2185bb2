extension SettingsResolver {
  /// Refuses a choice among one sample, and parameters of the way of choosing that isn't taken.
  mutating func checkSelection(in values: inout [SettingKey: Setting]) throws(SettingsError) {
    if let selection = values[.selection], selection.value != .null,
      let samples = values[.returnSequenceCount], samples.value == .integer(1)
    {
      guard !selection.source.isUser else {
        throw .contradiction(
          "\(selection.source): select \(selection.value) chooses among several samples, and "
            + "num_return_sequences is 1 (\(samples.source)); give num_return_sequences 2 or more, "
            + "or leave select out")
      }
      drop(selection, because: "num_return_sequences is 1")
      values[.selection] = Self.default(of: .selection)
    }
    for (key, method) in Self.selectionParameters {
      guard let setting = values[key], !Self.isNeutral(setting),
        values[.selection]?.value != .text(method.rawValue)
      else { continue }
      values[key] = Self.default(of: key)
      if setting.source.isUser {
        throw .ignored(
          key: key, value: setting.value, source: setting.source,
          why: "without select \(method.rawValue)", instead: "give that too, or leave it out")
      }
      drop(setting, because: "no effect without select \(method.rawValue)")
    }
  }

  /// Whether the setting belongs to a way of choosing among samples that isn't taken.
  static func isIdleUnderSelection(_ key: SettingKey, _ values: [SettingKey: Setting]) -> Bool {
    selectionParameters.contains {
      $0.key == key && values[.selection]?.value != .text($0.method.rawValue)
    }
  }

  private static let selectionParameters: [(key: SettingKey, method: SelectionName)] = [
    (.selectionUtility, .minimumBayesRisk), (.selectionAnswer, .vote),
  ]
}
