/// Numerals without exponent, as languages in which numerals of equal value are together: complements are sound.
struct NumberLanguages: Sendable {
  /// All that this library writes where a number is not free of constraints: a bounded number of digits.
  let all: RegularID
  /// Integers, `1.00` among them.
  let integers: RegularID
  /// Integers without a point, each in one way.
  let shortestIntegers: RegularID
  /// One numeral for each value: no point in integers, no zeros that say nothing, no `-0`.
  let shortest: RegularID
  /// Numbers under no constraint: with an exponent too, small enough that a double holds it.
  let unconstrained: RegularID
  /// The most digits after the point.
  private let places: Int

  init(of graph: SchemaGraph, in table: inout RegularTable) throws(ConstraintError) {
    // Integers of 64 bits, and fractions that a double holds to the last digit: with more digits, a reader that takes
    // doubles may see another number than the one that was checked. The schema's own numbers fit in any case.
    var whole = 19
    var significant = 15
    for node in graph.nodes {
      var bounds = [
        node.minimum, node.maximum, node.exclusiveMinimum, node.exclusiveMaximum, node.multipleOf,
      ]
      bounds += (node.values ?? []).map { SchemaNumber($0) }
      bounds.append(node.constantValue.flatMap { SchemaNumber($0) })
      for case let bound? in bounds {
        whole = max(whole, bound.magnitude + 1)
        if bound.exponent < 0 {
          significant = max(significant, max(bound.magnitude, 1) - bound.exponent)
        }
      }
    }
    places = significant - 1
    let digit = try table.bytes(ByteSet(0x30...0x39))
    let first = try table.bytes(ByteSet(0x31...0x39))
    let zero = try table.bytes(ByteSet(0x30))
    let point = try table.bytes(ByteSet(UInt8(ascii: ".")))
    let sign = try table.optional(table.bytes(ByteSet(UInt8(ascii: "-"))))
    let positive = try table.concatenation(
      first, table.repetition(digit, minimum: 0, maximum: whole - 1))
    let integer = try table.concatenation(sign, table.union([zero, positive]))
    // The more digits before the point, the fewer after it.
    var fractions: [RegularID] = []
    var roundFractions: [RegularID] = []
    var shortFractions: [RegularID] = []
    for before in 1...places {
      let rest = try table.repetition(digit, minimum: before - 1, maximum: before - 1)
      let leading = try before == 1 ? digit : table.concatenation(first, rest)
      let start = try table.concatenation([sign, leading, point])
      let after = significant - before
      fractions.append(
        try table.concatenation(start, table.repetition(digit, minimum: 1, maximum: after)))
      roundFractions.append(
        try table.concatenation(start, table.repetition(zero, minimum: 1, maximum: after)))
      shortFractions.append(
        try table.concatenation([
          start, table.repetition(digit, minimum: 0, maximum: after - 1), first,
        ]))
    }
    all = try table.union([integer] + fractions)
    integers = try table.union([integer] + roundFractions)
    shortestIntegers = try table.union([zero, table.concatenation(sign, positive)])
    shortest = try table.union([shortestIntegers] + shortFractions)
    let exponent = try table.concatenation([
      table.bytes(ByteSet(Array("eE".utf8))),
      table.optional(table.bytes(ByteSet(Array("+-".utf8)))),
      table.repetition(digit, minimum: 1, maximum: 2),
    ])
    let fraction = try table.concatenation(
      point, table.repetition(digit, minimum: 1, maximum: places))
    unconstrained = try table.concatenation([
      integer, table.optional(fraction), table.optional(exponent),
    ])
  }

  /// The numerals of one value.
  func numerals(
    of number: SchemaNumber, in table: inout RegularTable
  ) throws(ConstraintError) -> RegularID {
    let zero = try table.bytes(ByteSet(0x30))
    let shortest = try table.literal(Self.numeral(of: number))
    if number.exponent < 0 {
      let zeros = try table.repetition(zero, minimum: 0, maximum: places + number.exponent)
      return try table.concatenation(shortest, zeros)
    }
    let zeros = try table.concatenation(
      table.literal(".".utf8), table.repetition(zero, minimum: 1, maximum: places))
    let unsigned = try table.concatenation(shortest, table.optional(zeros))
    guard number == .zero else { return unsigned }
    return try table.concatenation(table.optional(table.literal("-".utf8)), unsigned)
  }

  /// The shortest numeral of a value.
  static func numeral(of number: SchemaNumber) -> [UInt8] {
    var digits = number.decimalDigits.map { $0 + 0x30 }
    if number.exponent >= 0 {
      digits += Array(repeating: 0x30, count: number.digits == 0 ? 0 : number.exponent)
    } else {
      let missing = 1 - number.exponent - digits.count
      if missing > 0 { digits = Array(repeating: 0x30, count: missing) + digits }
      digits.insert(UInt8(ascii: "."), at: digits.count + number.exponent)
    }
    return (number.isNegative ? [UInt8(ascii: "-")] : []) + digits
  }
}
