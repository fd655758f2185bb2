/// The shape that number automata share: a sign, an integer without leading zeros, and a fraction.
private enum Phase: Int {
  case start, afterSign, zero, integer, point, fraction

  /// The phase after a byte, or `nil` where no number goes on so.
  func next(_ byte: UInt8) -> Phase? {
    switch (self, byte) {
    case (.start, UInt8(ascii: "-")): .afterSign
    case (.start, 0x30), (.afterSign, 0x30): .zero
    case (.start, 0x31...0x39), (.afterSign, 0x31...0x39): .integer
    case (.integer, 0x30...0x39): .integer
    case (.zero, UInt8(ascii: ".")), (.integer, UInt8(ascii: ".")): .point
    case (.point, 0x30...0x39), (.fraction, 0x30...0x39): .fraction
    default: nil
    }
  }

  var mayEnd: Bool { self == .zero || self == .integer || self == .fraction }
}

private let numberAlphabet = ByteSet(0x30...0x39).union(ByteSet(Array("-.".utf8)))

/// Numbers without exponent that compare to a bound in a given way. Numerals of equal value are accepted alike.
struct NumberComparison: ByteAutomaton {
  enum Relation: Sendable {
    case less, lessOrEqual, greater, greaterOrEqual
  }

  private let relation: Relation
  private let boundIsNegative: Bool
  /// The bound's digits before and after the point; no zeros first, nor last.
  private let integerDigits: [UInt8]
  private let fractionDigits: [UInt8]

  init(_ relation: Relation, _ bound: SchemaNumber) {
    self.relation = relation
    boundIsNegative = bound.isNegative
    let digits = bound.digits == 0 ? [] : bound.decimalDigits
    if bound.exponent >= 0 {
      integerDigits = digits + Array(repeating: 0, count: bound.exponent)
      fractionDigits = []
    } else if digits.count + bound.exponent > 0 {
      integerDigits = Array(digits[..<(digits.count + bound.exponent)])
      fractionDigits = Array(digits[(digits.count + bound.exponent)...])
    } else {
      integerDigits = []
      fractionDigits = Array(repeating: 0, count: -bound.exponent - digits.count) + digits
    }
  }

  /// What was read: the order of the magnitudes' digits so far, and how many were read of this part.
  private struct State {
    var phase = Phase.start
    var isNegative = false
    var order = 0
    var count = 0

    init() {}

    init(packed: Int) {
      phase = Phase(rawValue: packed & 7) ?? .start
      isNegative = packed >> 3 & 1 == 1
      order = (packed >> 4 & 3) - 1
      count = packed >> 6
    }

    var packed: Int { count << 6 | (order + 1) << 4 | (isNegative ? 8 : 0) | phase.rawValue }
  }

  var start: Int { State().packed }
  var alphabet: ByteSet { numberAlphabet }

  func step(_ packed: Int, _ byte: UInt8) -> Int? {
    var state = State(packed: packed)
    guard let phase = state.phase.next(byte) else { return nil }
    let digit = byte & 15
    switch phase {
    case .start: break
    case .afterSign: state.isNegative = true
    case .zero: break
    case .integer:
      if state.count < integerDigits.count, state.order == 0 {
        state.order = Self.order(digit, integerDigits[state.count])
      }
      state.count = min(state.count + 1, integerDigits.count + 1)
    case .point:
      state.order = integerOrder(state)
      state.count = 0
    case .fraction:
      let other = state.count < fractionDigits.count ? fractionDigits[state.count] : 0
      if state.order == 0 { state.order = Self.order(digit, other) }
      // Beyond the bound's digits, and once the order is clear, the count says nothing.
      state.count = state.order == 0 ? min(state.count + 1, fractionDigits.count) : 0
    }
    state.phase = phase
    return state.packed
  }

  private static func order(_ left: UInt8, _ right: UInt8) -> Int {
    left == right ? 0 : left < right ? -1 : 1
  }

  /// How the integer parts compare; more digits are more.
  private func integerOrder(_ state: State) -> Int {
    if state.count != integerDigits.count { return state.count < integerDigits.count ? -1 : 1 }
    return state.order
  }

  func accepts(_ packed: Int) -> Bool {
    let state = State(packed: packed)
    guard state.phase.mayEnd else { return false }
    var magnitude = state.phase == .fraction ? state.order : integerOrder(state)
    let read = state.phase == .fraction ? state.count : 0
    if magnitude == 0, read < fractionDigits.count { magnitude = -1 }
    let order: Int
    if integerDigits.isEmpty && fractionDigits.isEmpty {
      order = magnitude == 0 ? 0 : state.isNegative ? -1 : 1
    } else if state.isNegative != boundIsNegative {
      order = state.isNegative ? -1 : 1
    } else {
      order = state.isNegative ? -magnitude : magnitude
    }
    return switch relation {
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

/// Numbers without exponent that are a whole number of times a divisor: the remainder of the digits so far is the state.
struct NumberMultiple: ByteAutomaton {
  private let divisor: Int
  /// How many digits after the point count; those after them must be 0.
  private let places: Int

  /// Each remainder is a state.
  private static let greatestDivisor = 10_000

  /// `nil` where the divisor, without its point, is above 10,000.
  init?(of number: SchemaNumber) {
    guard number.digits <= Self.greatestDivisor, number.exponent >= -30 else { return nil }
    var divisor = Int(number.digits)
    for _ in 0..<max(number.exponent, 0) {
      divisor *= 10
      guard divisor <= Self.greatestDivisor else { return nil }
    }
    self.divisor = divisor
    places = max(-number.exponent, 0)
  }

  var start: Int { Phase.start.rawValue }
  var alphabet: ByteSet { numberAlphabet }

  // A state is remainder, digits after the point, and phase, from high to low.
  private func pack(_ remainder: Int, _ count: Int, _ phase: Phase) -> Int {
    remainder << 9 | count << 3 | phase.rawValue
  }

  func step(_ state: Int, _ byte: UInt8) -> Int? {
    guard let phase = Phase(rawValue: state & 7)?.next(byte) else { return nil }
    let count = state >> 3 & 63
    let remainder = state >> 9
    let digit = Int(byte & 15)
    switch phase {
    case .start, .afterSign, .zero, .point: return pack(remainder, 0, phase)
    case .integer: return pack((remainder * 10 + digit) % divisor, 0, phase)
    case .fraction:
      if count == places { return digit == 0 ? pack(remainder, count, phase) : nil }
      return pack((remainder * 10 + digit) % divisor, count + 1, phase)
    }
  }

  func accepts(_ state: Int) -> Bool {
    guard let phase = Phase(rawValue: state & 7), phase.mayEnd else { return false }
    var remainder = state >> 9
    for _ in (state >> 3 & 63)..<places { remainder = remainder * 10 % divisor }
    return remainder == 0
  }
}
