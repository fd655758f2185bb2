/// Names a parameter of ``FilterSettings`` or ``ProcessorSettings``. The raw values are the spellings of configuration
/// files.
public enum ParameterName: String, Hashable, Sendable, CaseIterable {
  /// ``FilterSettings/xtcProbability``.
  case xtcProbability = "xtc_probability"
  /// ``FilterSettings/xtcThreshold``.
  case xtcThreshold = "xtc_threshold"
  /// ``FilterSettings/dynamicTemperatureRange``.
  case dynamicTemperatureRange = "dynatemp_range"
  /// ``FilterSettings/dynamicTemperatureExponent``.
  case dynamicTemperatureExponent = "dynatemp_exp"
  /// ``ProcessorSettings/repetitionPenalty``.
  case repetitionPenalty = "repetition_penalty"
  /// ``ProcessorSettings/frequencyPenalty``.
  case frequencyPenalty = "frequency_penalty"
  /// ``ProcessorSettings/presencePenalty``.
  case presencePenalty = "presence_penalty"
  /// ``ProcessorSettings/penaltyScope``.
  case penaltyScope = "penalty_scope"
  /// ``ProcessorSettings/repeatLastN``.
  case repeatLastN = "repeat_last_n"
  /// ``ProcessorSettings/dryMultiplier``.
  case dryMultiplier = "dry_multiplier"
  /// ``ProcessorSettings/dryBase``.
  case dryBase = "dry_base"
  /// ``ProcessorSettings/dryAllowedLength``.
  case dryAllowedLength = "dry_allowed_length"
  /// ``ProcessorSettings/dryPenaltyLastN``.
  case dryPenaltyLastN = "dry_penalty_last_n"
  /// ``ProcessorSettings/drySequenceBreakers``.
  case drySequenceBreakers = "dry_sequence_breakers"
}

/// Parameters that do nothing while all of some others are off.
public struct ParameterDependency: Hashable, Sendable {
  /// The parameters.
  public let parameters: [ParameterName]
  /// Those of which at least one must be on for them to do anything.
  public let needs: [ParameterName]

  init(_ parameters: [ParameterName], needs: [ParameterName]) {
    self.parameters = parameters
    self.needs = needs
  }

  /// Refuses a parameter that does nothing.
  ///
  /// - Parameter isOn: whether a parameter has a value other than the one that does nothing.
  func check(_ isOn: (ParameterName) -> Bool) throws(DecodingError) {
    guard !needs.contains(where: isOn), let idle = parameters.first(where: isOn) else { return }
    let needed = needs.map(\.rawValue).joined(separator: " or ")
    throw .conflict(
      "\(idle.rawValue) does nothing without \(needed);"
        + " give \(needs.count > 1 ? "one of them" : "that") too, or leave it out")
  }
}
