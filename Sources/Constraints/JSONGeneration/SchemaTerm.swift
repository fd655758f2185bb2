/// A schema or a value that a part must satisfy or must not.
struct SchemaLiteral: Hashable, Sendable, Comparable {
  enum Subject: Hashable, Sendable {
    case schema(Int)
    /// A value of `enum` or `const`, by its number.
    case value(Int)
    /// The schema `false`.
    case nothing
  }

  let subject: Subject
  let isNegated: Bool
  /// Whether all that is valid is meant. Otherwise generation may keep to less: to a `format`, which is only a note.
  let isExact: Bool

  private var order: (Int, Int, Int) {
    let signs = (isNegated ? 2 : 0) + (isExact ? 1 : 0)
    return switch subject {
    case .schema(let number): (0, number, signs)
    case .value(let number): (1, number, signs)
    case .nothing: (2, 0, signs)
    }
  }

  static func < (left: SchemaLiteral, right: SchemaLiteral) -> Bool { left.order < right.order }

  var negated: SchemaLiteral {
    SchemaLiteral(subject: subject, isNegated: !isNegated, isExact: isExact)
  }
}

/// What a part of a value must satisfy: all of some literals.
struct SchemaTerm: Hashable, Sendable {
  /// Sorted and distinct.
  let literals: [SchemaLiteral]

  /// Any value.
  static let anything = SchemaTerm([])
  /// No value.
  static let nothing = SchemaTerm([
    SchemaLiteral(subject: .nothing, isNegated: false, isExact: false)
  ])

  init(_ literals: [SchemaLiteral]) { self.literals = Array(Set(literals)).sorted() }

  init(value: Int, isNegated: Bool = false) {
    literals = [SchemaLiteral(subject: .value(value), isNegated: isNegated, isExact: false)]
  }

  func and(_ other: SchemaTerm) -> SchemaTerm {
    if literals.isEmpty { return other }
    return other.literals.isEmpty ? self : SchemaTerm(literals + other.literals)
  }
}

/// The scalars of a form, as languages over JSON text.
struct ScalarForm: Hashable, Sendable {
  var null = false
  var yes = false
  var no = false
  /// Numbers that are written in the shortest way: integers without a point.
  var plain = RegularID.nothing
  /// Numbers that may be written with more zeros than they need.
  var free = RegularID.nothing
  /// Strings, without their quotes.
  var strings = RegularID.nothing

  static let none = ScalarForm()
}

/// The arrays of a form: all of this holds of each.
struct ArrayForm: Hashable, Sendable {
  struct Contains: Hashable, Sendable {
    let term: SchemaTerm
    let minimum: Int
    let maximum: Int?
  }

  var prefix: [SchemaTerm] = []
  var rest = SchemaTerm.anything
  var minimum = 0
  var maximum: Int?
  var contains: [Contains] = []
  /// Where `uniqueItems` stands, if it holds.
  var unique: String?

  static let any = ArrayForm()

  func term(at index: Int) -> SchemaTerm { index < prefix.count ? prefix[index] : rest }

  func and(_ other: ArrayForm) -> ArrayForm {
    var result = ArrayForm()
    result.prefix = (0..<max(prefix.count, other.prefix.count)).map {
      term(at: $0).and(other.term(at: $0))
    }
    result.rest = rest.and(other.rest)
    result.minimum = max(minimum, other.minimum)
    result.maximum = least(maximum, other.maximum)
    result.contains = contains + other.contains.filter { !contains.contains($0) }
    result.unique = unique ?? other.unique
    return result
  }
}

/// The objects of a form: all of this holds of each.
struct ObjectForm: Hashable, Sendable {
  /// `properties`, `patternProperties` and `additionalProperties` of one schema, which belong together.
  struct Rule: Hashable, Sendable {
    struct Property: Hashable, Sendable {
      let key: [UInt8]
      let term: SchemaTerm
    }
    struct Pattern: Hashable, Sendable {
      let keys: RegularID
      let term: SchemaTerm
    }

    var properties: [Property] = []
    var patterns: [Pattern] = []
    var additional = SchemaTerm.anything
  }
  struct Dependency: Hashable, Sendable {
    let key: [UInt8]
    let needed: [UInt8]
  }
  /// At least one member with such a key and such a value.
  struct Some: Hashable, Sendable {
    let keys: RegularID
    let term: SchemaTerm
  }

  var rules: [Rule] = []
  /// In the order in which they were asked for.
  var required: [[UInt8]] = []
  /// The keys that may be, as JSON strings without their quotes; `nil` is any.
  var names: RegularID?
  var minimum = 0
  var maximum: Int?
  var dependencies: [Dependency] = []
  var some: [Some] = []

  static let any = ObjectForm()
}

/// The smaller of two bounds, where `nil` is none.
func least(_ left: Int?, _ right: Int?) -> Int? {
  guard let left, let right else { return left ?? right }
  return min(left, right)
}

/// The values of a term: scalars of one language, and arrays and objects of any of some forms.
struct SchemaForm: Hashable, Sendable {
  var scalars = ScalarForm.none
  var arrays: [ArrayForm] = []
  var objects: [ObjectForm] = []

  static let none = SchemaForm()
}
