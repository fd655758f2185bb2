#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Arithmetic and comparison, with Python's meaning; an integer beyond 64 bits is an error.
extension TemplateEvaluator {
  func isTrue(_ value: TemplateValue) -> Bool {
    switch value {
    case .undefined, .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .list(let items), .tuple(let items), .view(_, let items): !items.items.isEmpty
    case .mapping(let mapping): mapping.count > 0
    case .range(let range): range.count > 0
    case .loop, .namespace, .generator, .macro, .function, .method: true
    }
  }

  // MARK: - Arithmetic

  mutating func apply(
    _ operation: TemplateOperator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    if case .undefined(let reason) = left { throw failure(reason) }
    if case .string(let format) = left, operation == .modulo {
      return .string(try printf(format, right))
    }
    if case .undefined(let reason) = right { throw failure(reason) }
    switch (operation, left, right) {
    case (.add, .string(let left), .string(let right)) where left.isMarkup || right.isMarkup:
      let (left, right) = (try escaped(.string(left)), try escaped(.string(right)))
      try charge(string: left.count + right.count)
      return .string(TemplateString(left.scalars + right.scalars).marked(true))
    case (.add, .string(let left), .string(let right)):
      try charge(string: left.count + right.count)
      return .string(TemplateString(left.scalars + right.scalars))
    case (.add, .list(let left), .list(let right)):
      return .list(try sequence(left.items + right.items))
    case (.add, .tuple(let left), .tuple(let right)):
      return .tuple(try sequence(left.items + right.items))
    case (.multiply, .string(let text), _):
      if let count = integer(right) { return try repeated(text, count) }
    case (.multiply, _, .string(let text)):
      if let count = integer(left) { return try repeated(text, count) }
    case (.multiply, .list(let items), _):
      if let count = integer(right) { return .list(try repeated(items, count)) }
    case (.multiply, _, .list(let items)):
      if let count = integer(left) { return .list(try repeated(items, count)) }
    case (.multiply, .tuple(let items), _):
      if let count = integer(right) { return .tuple(try repeated(items, count)) }
    case (.multiply, _, .tuple(let items)):
      if let count = integer(left) { return .tuple(try repeated(items, count)) }
    default:
      if let left = left.number, let right = right.number {
        if case .integer(let left) = left, case .integer(let right) = right {
          return try integers(operation, left, right)
        }
        return .float(try floats(operation, left.double, right.double))
      }
    }
    throw failure(
      "unsupported operand types for \(operation.rawValue): '\(left.typeName)' and '\(right.typeName)'"
    )
  }

  /// The integer, where Python would take the value for one.
  func integer(_ value: TemplateValue) -> Int? {
    guard case .integer(let integer) = value.number else { return nil }
    return integer
  }

  private mutating func repeated(
    _ text: TemplateString, _ count: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let (length, overflow) = text.count.multipliedReportingOverflow(by: max(count, 0))
    try charge(string: overflow ? .max : length)
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(length)
    if length > 0 { for _ in 0..<count { result += text.scalars } }
    return .string(TemplateString(result).marked(text.isMarkup))
  }

  private mutating func repeated(
    _ items: TemplateSequence, _ count: Int
  ) throws(ChatTemplateError) -> TemplateSequence {
    let (length, overflow) = items.items.count.multipliedReportingOverflow(by: max(count, 0))
    try charge(elements: overflow ? .max : length)
    var result: [TemplateValue] = []
    if length > 0 { for _ in 0..<count { result += items.items } }
    return TemplateSequence(result)
  }

  private func integers(
    _ operation: TemplateOperator, _ left: Int, _ right: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divide: return .float(try floats(.divide, Double(left), Double(right)))
    case .floorDivide, .modulo:
      guard right != 0 else { throw failure("integer division or modulo by zero") }
      let (quotient, overflow) = left.dividedReportingOverflow(by: right)
      if overflow {
        result = (0, operation == .floorDivide)
      } else {
        let remainder = left % right
        let roundsDown = remainder != 0 && (remainder < 0) != (right < 0)
        result = (
          operation == .floorDivide
            ? quotient - (roundsDown ? 1 : 0) : remainder + (roundsDown ? right : 0), false
        )
      }
    case .power:
      guard right >= 0 else { return .float(try floats(.power, Double(left), Double(right))) }
      result = power(left, right)
    }
    guard !result.overflow else { throw failure("an integer is too large for 64 bits") }
    return .integer(result.partialValue)
  }

  private func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
    if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
    if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
    guard exponent < 64 else { return (0, true) }
    var result = (partialValue: 1, overflow: false)
    for _ in 0..<exponent {
      result = result.partialValue.multipliedReportingOverflow(by: base)
      if result.overflow { break }
    }
    return result
  }

  private func floats(
    _ operation: TemplateOperator, _ left: Double, _ right: Double
  ) throws(ChatTemplateError) -> Double {
    switch operation {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide:
      guard right != 0 else { throw failure("division by zero") }
      return left / right
    case .floorDivide, .modulo:
      guard right != 0 else { throw failure("division or modulo by zero") }
      var remainder = left.truncatingRemainder(dividingBy: right)
      var quotient = (left - remainder) / right
      if remainder != 0, (remainder < 0) != (right < 0) {
        remainder += right
        quotient -= 1
      } else if remainder == 0 {
        remainder = right.sign == .minus ? -0.0 : 0.0
      }
      guard operation == .floorDivide else { return remainder }
      if quotient == 0 { return (left / right).sign == .minus ? -0.0 : 0.0 }
      let floor = quotient.rounded(.down)
      return quotient - floor > 0.5 ? floor + 1 : floor
    case .power:
      if left == 0, right < 0 { throw failure("0.0 cannot be raised to a negative power") }
      if left < 0, right.isFinite, right != right.rounded() {
        throw failure("complex numbers are not supported")
      }
      let result = pow(left, right)
      guard result.isFinite || !left.isFinite || !right.isFinite else {
        throw failure("a power is too large for a float")
      }
      return result
    }
  }

  func negated(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    if case .float(let value) = value { return .float(-value) }
    return try integers(.subtract, 0, try operand(value, of: "-"))
  }

  func signed(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    if case .float = value { return value }
    return .integer(try operand(value, of: "+"))
  }

  private func operand(
    _ value: TemplateValue, of sign: String
  ) throws(ChatTemplateError) -> Int {
    if case .undefined(let reason) = value { throw failure(reason) }
    guard let integer = integer(value) else {
      throw failure("bad operand type for unary \(sign): '\(value.typeName)'")
    }
    return integer
  }
}
