#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Jinja's filter `round`.
extension TemplateEvaluator {
  @inline(never)
  mutating func round(
    _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let options = try bind(arguments, to: ["precision", "method"], of: "round")
    let method = try text(of: options[1] ?? .text("common")).text
    guard ["common", "ceil", "floor"].contains(method) else {
      throw failure("method must be common, ceil or floor")
    }
    if let reason = undefinedReason(value) { throw failure(reason) }
    guard let digits = integer(options[0] ?? .integer(0)) else {
      throw failure("round takes a number of digits")
    }
    guard let number = value.number else {
      throw failure("type \(value.typeName) doesn't define __round__ method")
    }
    guard method == "common" else { return try outward(number, digits, isUp: method == "ceil") }
    switch number {
    case .float(let value): return .float(PythonNumberText.rounded(value, digits: digits))
    case .integer(let value): return .integer(try rounded(value, digits: digits))
    }
  }

  /// An integer to tens, hundreds and so on, where the digits are below 0.
  private func rounded(_ value: Int, digits: Int) throws(ChatTemplateError) -> Int {
    guard digits < 0 else { return value }
    guard digits >= -18 else { return 0 }
    var power = 1
    for _ in 0..<(-digits) { power *= 10 }
    var remainder = value % power
    if remainder < 0 { remainder += power }
    let down = value.subtractingReportingOverflow(remainder)
    let isOdd = !down.overflow && (down.partialValue / power) % 2 != 0
    let goesUp = remainder > power - remainder || (remainder == power - remainder && isOdd)
    let result = down.partialValue.addingReportingOverflow(goesUp ? power : 0)
    guard !down.overflow, !result.overflow else {
      throw failure("an integer is too large for 64 bits")
    }
    return result.partialValue
  }

  /// `ceil` or `floor` of the value times a power of ten, divided by it: a float always, as in Jinja.
  private func outward(
    _ number: TemplateNumber, _ digits: Int, isUp: Bool
  ) throws(ChatTemplateError) -> TemplateValue {
    guard (-308...308).contains(digits) else { throw failure("round takes at most 308 digits") }
    let power = pow(10, Double(digits))
    let scaled = number.double * power
    guard scaled.isFinite else { throw failure("cannot convert float infinity to integer") }
    return .float(scaled.rounded(isUp ? .up : .down) / power)
  }
}
