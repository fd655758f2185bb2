import Synchronization

/// The patterns and formats of a schema, compiled when they are first asked for.
final class SchemaPatterns: Sendable {
  /// Whether `format` decides whether a value is valid; to the specification it is a note.
  let assertsFormats: Bool
  private let limits: ConstraintLimits
  private let compiled: Mutex<Compiled>

  private struct Compiled {
    var table: RegularTable
    var patterns: [String: RegularID] = [:]
    var formats: [String: RegularID] = [:]
  }

  init(assertsFormats: Bool, limits: ConstraintLimits) {
    self.assertsFormats = assertsFormats
    self.limits = limits
    compiled = Mutex(Compiled(table: RegularTable(limits: limits)))
  }

  /// Whether a pattern matches somewhere in a text.
  func matches(
    _ pattern: String, _ text: [UInt8], at pointer: String
  ) throws(ConstraintError) -> Bool {
    try compiled.withLock { (compiled) throws(ConstraintError) in
      let language: RegularID
      if let known = compiled.patterns[pattern] {
        language = known
      } else {
        language = try Self.search(
          pattern, ScalarEncoding(.utf8), at: pointer, limits: limits, in: &compiled.table)
        compiled.patterns[pattern] = language
      }
      return try compiled.table.contains(text, in: language)
    }
  }

  /// Whether a text is of a format. Formats that are not known accept everything.
  func accepts(_ format: String, _ text: [UInt8]) throws(ConstraintError) -> Bool {
    try compiled.withLock { (compiled) throws(ConstraintError) in
      let language: RegularID
      if let known = compiled.formats[format] {
        language = known
      } else {
        language =
          try Self.format(format, ScalarEncoding(.utf8), limits: limits, in: &compiled.table)
          ?? .everything
        compiled.formats[format] = language
      }
      return try compiled.table.contains(text, in: language)
    }
  }

  /// The texts in which a pattern matches somewhere.
  static func search(
    _ pattern: String, _ encoding: ScalarEncoding, at pointer: String, limits: ConstraintLimits,
    in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    do {
      let expression = try RegularExpressionParser.parse(pattern, dialect: .ecma, limits: limits)
      var lowering = RegularExpressionLowering(encoding: encoding, pattern: pattern)
      return try lowering.search(expression, in: &table)
    } catch .regularExpression(let pattern, let offset, let reason) {
      throw .unsupported(
        pointer: pointer, reason: "“\(pattern)”: byte \(offset): \(reason)")
    }
  }

  /// The texts of a format, or `nil` where it is not known.
  static func format(
    _ format: String, _ encoding: ScalarEncoding, limits: ConstraintLimits,
    in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID? {
    guard let text = SchemaFormats.expression(of: format) else { return nil }
    let expression = try RegularExpressionParser.parse(text, dialect: .ecma, limits: limits)
    var lowering = RegularExpressionLowering(encoding: encoding, pattern: text)
    return try lowering.whole(expression, in: &table)
  }
}

extension RegularTable {
  /// Whether a text is in a language.
  mutating func contains(
    _ text: some Sequence<UInt8>, in language: RegularID
  ) throws(ConstraintError) -> Bool {
    var state = language
    for byte in text {
      state = try derivative(state, byte)
      if state == .nothing { return false }
    }
    return isNullable(state)
  }
}
