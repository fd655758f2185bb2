/// The functions that every template can call: Jinja's, and the two that transformers adds.
extension TemplateEvaluator {
  mutating func call(
    _ function: TemplateFunction, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch function {
    case .range: return try range(arguments)
    case .dict:
      let mapping = try mapping(of: arguments, function.rawValue)
      try check(depth: mapping.depth)
      return .mapping(mapping)
    case .namespace:
      let mapping = try mapping(of: arguments, function.rawValue)
      try check(depth: mapping.depth)
      namespaces.append(mapping)
      return .namespace(namespaces.count - 1)
    case .raiseException:
      let options = try bind(arguments, to: ["message"], of: function.rawValue)
      guard let message = options[0] else { throw failure("raise_exception takes a message") }
      throw failure(try text(of: message).text)
    case .currentTime:
      let options = try bind(arguments, to: ["format"], of: function.rawValue)
      guard case .string(let format) = options[0] else {
        throw failure("strftime_now takes a format")
      }
      try charge(string: format.count)
      guard let text = date.formatted(format.text) else {
        throw failure("strftime_now can't write a date as '\(format.text)'")
      }
      return .text(text)
    case .lipsum, .cycler, .joiner:
      throw failure("the function '\(function.rawValue)' is not supported")
    }
  }

  mutating func mapping(
    of arguments: TemplateArguments, _ function: String
  ) throws(ChatTemplateError) -> TemplateMapping {
    guard arguments.positional.count <= 1 else {
      throw failure("\(function) takes at most one mapping")
    }
    var mapping = TemplateMapping()
    if let first = arguments.positional.first {
      guard case .mapping(let given) = first else {
        throw failure("\(function) takes a mapping, not a \(first.typeName)")
      }
      try charge(elements: given.count)
      mapping = given
    }
    for argument in arguments.named {
      try charge(elements: 4)
      mapping.set(argument.value, for: argument.name)
    }
    return mapping
  }

  private func range(_ arguments: TemplateArguments) throws(ChatTemplateError) -> TemplateValue {
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw failure("range takes one to three integers")
    }
    var bounds: [Int] = []
    for value in arguments.positional {
      if let reason = undefinedReason(value) { throw failure(reason) }
      guard let integer = integer(value) else {
        throw failure("'\(value.typeName)' object cannot be interpreted as an integer")
      }
      bounds.append(integer)
    }
    let start = bounds.count > 1 ? bounds[0] : 0
    let stop = bounds.count > 1 ? bounds[1] : bounds[0]
    let step = bounds.count > 2 ? bounds[2] : 1
    guard step != 0 else { throw failure("range() arg 3 must not be zero") }
    let (span, overflow) =
      step > 0 ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
    let isEmpty = step > 0 ? stop <= start : stop >= start
    if isEmpty { return .range(TemplateRange(start: start, stop: stop, step: step, count: 0)) }
    let count = overflow ? UInt.max : (UInt(span) - 1) / step.magnitude + 1
    guard count <= UInt(TemplateLimits.rangeCount) else {
      throw failure(
        "Range too big. The sandbox blocks ranges larger than MAX_RANGE (\(TemplateLimits.rangeCount))."
      )
    }
    return .range(TemplateRange(start: start, stop: stop, step: step, count: Int(count)))
  }
}
