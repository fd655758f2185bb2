import Decoding

extension SettingsResolver {
  /// Refuses a choice among one sample, and rejects parameters of the way of choosing that isn't taken.
  mutating func checkSelection() throws(SettingsError) {
    if let selection = value(SettingCatalogue.selection), selection.value != .null,
      let samples = value(StrategyCatalogue.resultCount), samples.integer == 1
    {
      try refuse(
        selection,
        "\(selection.source): select \(selection.value) chooses among several samples, and "
          + "num_return_sequences is 1 (\(samples.source)); give num_return_sequences 2 or more, "
          + "or leave select out",
        because: "num_return_sequences is 1")
    }
    let taken = parameters.selection
    for (parameter, method) in Self.methods where taken != method {
      guard let setting = values[parameter], !setting.isNeutral else { continue }
      try reject(
        setting, why: "without select \(method.rawValue)",
        instead: "give that too, or leave it out",
        because: "no effect without select \(method.rawValue)")
    }
    guard let window = active(SettingCatalogue.selectionWindow),
      let confidence = parameters.selectionConfidence, !confidence.measure.hasWindow
    else { return }
    let why = "under select_confidence \(confidence.measure.rawValue), which has no window"
    try reject(window, why: why, instead: "leave it out", because: "no effect \(why)")
  }

  /// Whether the setting belongs to a way of choosing among samples that isn't taken.
  static func isIdle(_ parameter: AnyParameter, under selection: SelectionName?) -> Bool {
    methods.contains { $0.parameter == parameter && $0.method != selection }
  }

  private static let methods: [(parameter: AnyParameter, method: SelectionName)] = [
    (SettingCatalogue.selectionUtility.erased, .minimumBayesRisk),
    (SettingCatalogue.selectionAnswer.erased, .vote),
    (SettingCatalogue.selectionConfidence.erased, .vote),
    (SettingCatalogue.selectionWindow.erased, .vote),
    (SettingCatalogue.selectionTop.erased, .vote),
    (SettingCatalogue.selectionBordaPower.erased, .vote),
  ]
}
