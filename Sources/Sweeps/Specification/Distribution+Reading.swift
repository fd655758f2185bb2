import JSON

extension Distribution {
  /// The names of distributions that the file may use.
  private enum Name: String, CaseIterable {
    case constant, categorical, uniform, normal
    case logUniform = "log_uniform_values"
    case quantised = "q_uniform"
    case integers = "int_uniform"
  }

  /// Reads what stands under a parameter's name: `values`, `value`, or a distribution with its numbers. Where none is
  /// named, `min` and `max` are a range of the setting's own kind: whole numbers for settings that take those, real
  /// ones for all others, however the ends are written.
  init(
    reading value: JSONValue, kind: SettingKind, file: String, path: String
  ) throws(SweepError) {
    var fields = try FieldReader(value, file: file, path: path)
    if fields.value("distribution")?.string == "log_uniform" {
      throw fields.refusal(
        "distribution",
        "is log_uniform, whose ends are exponents elsewhere; write log_uniform_values and the values themselves"
      )
    }
    let name = try fields.choice("distribution", of: Name.self)
    let probabilities = try fields.list("probabilities")
    if let single = fields.value("value") {
      if fields.has("values") {
        throw fields.refusal("value", "and values are both there; write one of them")
      }
      if let name, name != .constant {
        throw fields.refusal("value", "does not go with the distribution \(name.rawValue)")
      }
      self = .values([single])
    } else if let values = try fields.list("values") {
      guard !values.isEmpty else { throw fields.refusal("values", "is empty; list one at least") }
      if let name, name != .categorical {
        throw fields.refusal("values", "does not go with the distribution \(name.rawValue)")
      }
      self = try Self.list(values, probabilities: probabilities, fields)
    } else {
      self = try Self.range(name, kind: kind, &fields)
    }
    if probabilities != nil, case .categorical = self {
    } else if probabilities != nil {
      throw fields.refusal("probabilities", "needs values, one for each probability")
    }
    try fields.checkThatAllIsKnown()
  }

  private static func list(
    _ values: [JSONValue], probabilities: [JSONValue]?, _ fields: FieldReader
  ) throws(SweepError) -> Distribution {
    for (index, value) in values.enumerated() where values[..<index].contains(value) {
      throw fields.refusal("values", "has \(value.text) twice; list each once")
    }
    guard let probabilities else { return .values(values) }
    let numbers = probabilities.compactMap(\.double)
    guard numbers.count == probabilities.count, numbers.count == values.count,
      numbers.allSatisfy({ $0 > 0 && $0 <= 1 }), abs(numbers.reduce(0, +) - 1) < 1e-6
    else {
      throw fields.refusal(
        "probabilities", "must be \(values.count) numbers above 0 that sum to 1, one for each value"
      )
    }
    return .categorical(values, probabilities: numbers)
  }

  private static func range(
    _ name: Name?, kind: SettingKind, _ fields: inout FieldReader
  ) throws(SweepError) -> Distribution {
    if case .normal? = name {
      guard let mean = try fields.number("mu") else {
        throw fields.refusal("mu", "is missing: the mean of the normal distribution")
      }
      guard let deviation = try fields.number("sigma"), deviation > 0 else {
        throw fields.refusal("sigma", "must be a number above 0: the standard deviation")
      }
      return .normal(mean: mean, deviation: deviation)
    }
    if name == .constant { throw fields.refusal("value", "is missing: the constant") }
    if name == .categorical {
      throw fields.refusal("values", "is missing: the list to choose from")
    }
    guard fields.has("min") || fields.has("max") || name != nil else {
      throw fields.refusal(
        "values", "is missing; write `values: […]`, `value: …`, or `min: …` and `max: …`")
    }
    guard let minimum = try fields.number("min") else { throw fields.refusal("min", "is missing") }
    guard let maximum = try fields.number("max") else { throw fields.refusal("max", "is missing") }
    guard minimum < maximum else {
      throw fields.refusal("max", "must be above min (\(minimum)), not \(maximum)")
    }
    if kind == .other {
      throw fields.refusal("min", "and max are for numbers; this setting takes `values: […]`")
    }
    switch name ?? (kind == .integer ? .integers : .uniform) {
    case .logUniform:
      guard minimum > 0 else {
        throw fields.refusal("min", "must be above 0 for log_uniform_values, not \(minimum)")
      }
      return .logUniform(minimum: minimum, maximum: maximum)
    case .quantised:
      guard let step = try fields.number("q"), step > 0, (maximum - minimum) / step < 1e9 else {
        throw fields.refusal("q", "must be a number above 0: the step")
      }
      return .quantised(minimum: minimum, maximum: maximum, step: step)
    case .integers:
      guard let low = Int(exactly: minimum), let high = Int(exactly: maximum) else {
        throw fields.refusal("min", "and max must be whole numbers")
      }
      return .integers(minimum: low, maximum: high)
    case .uniform, .normal, .constant, .categorical:
      return .uniform(minimum: minimum, maximum: maximum)
    }
  }
}
