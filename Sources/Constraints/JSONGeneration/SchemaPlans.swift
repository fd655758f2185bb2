/// What generation does at each place, ready for the machine. Values are numbers of ``values``.
struct SchemaPlans: Sendable {
  struct ValuePlan: Sendable {
    /// Null, booleans, numbers and strings, as they are written.
    var scalars = RegularID.nothing
    /// Numbers of ``arrays`` and ``objects``: alternatives.
    var arrays: [Int] = []
    var objects: [Int] = []
  }

  struct ArrayPlan: Sendable {
    /// An item, and which of the wanted items (`contains`) it is.
    struct Item: Sendable {
      let value: Int
      let counts: Set<Int>
      /// The item as text, each value in one spelling, where items must differ.
      let text: RegularID
    }
    struct Wanted: Sendable {
      let minimum: Int
      let maximum: Int?
    }

    /// The alternatives for each place, and for all places after.
    var prefix: [[Item]] = []
    var rest: [Item] = []
    var minimum = 0
    var maximum: Int?
    var wanted: [Wanted] = []
    /// Whether items must differ; all are scalars then.
    var isUnique = false
  }

  struct ObjectPlan: Sendable {
    /// A value of a member, and which of the wanted members it is, as bits.
    struct Choice: Sendable {
      let value: Int
      let wanted: Int
    }
    struct Named: Sendable {
      /// The key in its quotes, and the colon.
      let key: RegularID
      let isRequired: Bool
      let choices: [Choice]
      /// The members that must be if this one is, by their place.
      var needs: [Int] = []
    }
    struct Extra: Sendable {
      /// The keys, without their quotes.
      let keys: RegularID
      let choice: Choice
    }

    var named: [Named] = []
    var extras: [Extra] = []
    var minimum = 0
    var maximum: Int?
    /// A bit for each member that is wanted (`some`).
    var wanted = 0
    /// How many members the extras can give at most; `nil` is without bound.
    var extraCapacity: Int?
  }

  var values: [ValuePlan] = []
  var arrays: [ArrayPlan] = []
  var objects: [ObjectPlan] = []
}
