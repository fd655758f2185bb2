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
    if fields.has("path") {
      self = try Self.path(&fields)
      try fields.checkThatAllIsKnown()
      return
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

  /// Reads `path: {min, max}`: every number of a range at once.
  private static func path(_ fields: inout FieldReader) throws(SweepError) -> Distribution {
    guard var range = try fields.mapping("path") else {
      throw fields.refusal("path", "is missing; write `path: {min: …, max: …}`")
    }
    guard let minimum = try range.number("min") else { throw range.refusal("min", "is missing") }
    guard let maximum = try range.number("max") else { throw range.refusal("max", "is missing") }
    guard Float(minimum) > 0, Float(minimum).isNormal else {
      throw range.refusal("min", "must be above 0, not \(minimum)")
    }
    guard maximum >= minimum, Float(maximum).isFinite else {
      throw range.refusal("max", "must be at least min (\(minimum)), not \(maximum)")
    }
    try range.checkThatAllIsKnown()
    return .path(minimum: minimum, maximum: maximum)
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
    if let name, kind == .integer, [.uniform, .normal, .logUniform].contains(name) {
      throw fields.refusal(
        "distribution",
        "is \(name.rawValue), which draws fractions, and this setting takes whole numbers; write int_uniform, or q_uniform with a whole q"
      )
    }
    if case .normal? = name {
      if kind == .other { throw isForNumbers("mu", and: "sigma", fields) }
      guard let mean = try fields.number("mu") else {
        throw fields.refusal("mu", "is missing: the mean of the normal distribution")
      }
      guard let deviation = try fields.number("sigma"), deviation > 0 else {
        throw fields.refusal("sigma", "must be a number above 0: the standard deviation")
      }
      // No draw is farther out than 9 deviations.
      guard (abs(mean) + 9 * deviation).isFinite else {
        throw fields.refusal("sigma", "is too large: mu ± 9 sigma is no finite number")
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
    if kind == .other { throw isForNumbers("min", and: "max", fields) }
    guard (maximum - minimum).isFinite else {
      throw fields.refusal("max", "is too far above min: their distance is no finite number")
    }
    switch name ?? (kind == .integer ? .integers : .uniform) {
    case .logUniform:
      guard minimum > 0 else {
        throw fields.refusal("min", "must be above 0 for log_uniform_values, not \(minimum)")
      }
      return .logUniform(minimum: minimum, maximum: maximum)
    case .quantised:
      guard let step = try fields.number("q"), step > 0 else {
        throw fields.refusal("q", "must be a number above 0: the step")
      }
      guard (maximum - minimum) / step < 1e9 else {
        throw fields.refusal("q", "is too small for the range: it makes a thousand million steps")
      }
      if kind == .integer { return try integers(from: minimum, through: maximum, by: step, fields) }
      return .quantised(minimum: minimum, maximum: maximum, step: step)
    case .integers:
      return try integers(from: minimum, through: maximum, by: 1, fields)
    case .uniform, .normal, .constant, .categorical:
      return .uniform(minimum: minimum, maximum: maximum)
    }
  }

  private static func integers(
    from minimum: Double, through maximum: Double, by step: Double, _ fields: FieldReader
  ) throws(SweepError) -> Distribution {
    // q_uniform's range may end between two steps.
    let ends = step == 1 ? [("min", minimum), ("max", maximum)] : [("min", minimum)]
    for (name, end) in ends where end.rounded() != end {
      throw fields.refusal(name, "must be a whole number, not \(end)")
    }
    guard step.rounded() == step else {
      throw fields.refusal("q", "must be a whole number for this setting, not \(step)")
    }
    // Beyond that, doubles skip whole numbers.
    let limit = 0x1p53
    for (name, end) in [("min", minimum), ("max", maximum)] where abs(end) > limit {
      throw fields.refusal(
        name, "must be from -\(Int(limit)) to \(Int(limit)), not \(end)")
    }
    return .integers(
      minimum: Int(minimum), maximum: Int(maximum.rounded(.down)), step: Int(min(step, 2 * limit)))
  }

  private static func isForNumbers(
    _ first: String, and second: String, _ fields: FieldReader
  ) -> SweepError {
    fields.refusal(first, "and \(second) are for numbers; this setting takes `values: […]`")
  }
}
