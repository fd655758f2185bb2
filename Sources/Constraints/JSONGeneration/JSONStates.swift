/// An array in the writing.
struct ArrayState {
  let plan: Int
  /// How many items are written; no more than matters.
  var index: Int
  let depth: Int
  /// How many of each of the wanted items are written; no more than matters.
  var counts: [Int]
  /// The items that must not come again.
  var used: [Int]

  init(plan: Int, index: Int, depth: Int, counts: [Int], used: [Int]) {
    self.plan = plan
    self.index = index
    self.depth = depth
    self.counts = counts
    self.used = used
  }

  init(_ state: [Int], _ plans: SchemaPlans) {
    plan = state[1]
    index = state[2]
    depth = state[3]
    let wanted = plans.arrays[state[1]].wanted.count
    counts = Array(state[4..<(4 + wanted)])
    used = Array(state[(4 + wanted)...])
  }

  func packed(_ kind: Int) -> [Int] { [kind, plan, index, depth] + counts + used }

  /// The state after an item, or `nil` where the item leads to no end.
  func after(_ item: SchemaPlans.ArrayPlan.Item, _ plan: SchemaPlans.ArrayPlan) -> ArrayState? {
    var next = self
    // With an end in sight every item counts; else those up to where all places are alike.
    let last = plan.maximum ?? max(plan.prefix.count, plan.minimum, 1)
    next.index = min(index + 1, last)
    let left = plan.maximum.map { $0 - index - 1 } ?? .max
    for (number, wanted) in plan.wanted.enumerated() {
      if item.counts.contains(number) {
        if let maximum = wanted.maximum, counts[number] == maximum { return nil }
        next.counts[number] = min(counts[number] + 1, wanted.maximum ?? wanted.minimum)
      }
      if wanted.minimum - next.counts[number] > left { return nil }
    }
    return next
  }
}

/// An object in the writing.
struct ObjectState {
  let plan: Int
  /// The named member that may come next.
  var position = 0
  /// How many members are written; no more than matters.
  var count = 0
  let depth: Int
  /// Which of the wanted members are written, as bits.
  var wanted = 0
  /// Which named members are written, as bits, where members need others.
  var written = 0
  /// The keys of members that are not named.
  var used: [Int] = []

  init(plan: Int, depth: Int) {
    self.plan = plan
    self.depth = depth
  }

  init(_ state: [Int]) {
    plan = state[1]
    position = state[2]
    count = state[3]
    depth = state[4]
    wanted = state[5]
    written = state[6]
    used = Array(state[7...])
  }

  func packed(_ kind: Int) -> [Int] {
    [kind, plan, position, count, depth, wanted, written] + used
  }

  private func count(after plan: SchemaPlans.ObjectPlan) -> Int {
    min(count + 1, max(plan.minimum, plan.maximum ?? 0, 1))
  }

  /// The state after the named member at `place`.
  func after(
    _ place: Int, _ choice: SchemaPlans.ObjectPlan.Choice, _ plan: SchemaPlans.ObjectPlan
  ) -> ObjectState {
    var next = self
    next.position = place + 1
    next.count = count(after: plan)
    next.wanted |= choice.wanted
    if plan.hasNeeds { next.written |= 1 << place }
    return next
  }

  /// The state after a member that is not named, but for its key.
  func afterExtra(
    _ choice: SchemaPlans.ObjectPlan.Choice, _ plan: SchemaPlans.ObjectPlan
  ) -> ObjectState {
    var next = self
    next.position = plan.named.count
    next.count = count(after: plan)
    next.wanted |= choice.wanted
    return next
  }

  /// Whether the member at `place` must be written, for itself or for one that is there.
  private func isNeeded(_ place: Int, _ plan: SchemaPlans.ObjectPlan) -> Bool {
    if plan.named[place].isRequired { return true }
    guard plan.hasNeeds else { return false }
    return plan.named.indices.contains {
      written >> $0 & 1 == 1 && plan.named[$0].needs.contains(place)
    }
  }

  /// Whether the member at `place` may be written, and the object still end.
  func canWrite(_ place: Int, _ plan: SchemaPlans.ObjectPlan) -> Bool {
    guard !plan.named[place].choices.isEmpty else { return false }
    if plan.hasNeeds {
      // What it needs must be there already, or still be possible.
      for needed in plan.named[place].needs where needed != place {
        let isThere = written >> needed & 1 == 1
        guard isThere || (needed > place && canCome(needed, plan)) else { return false }
      }
    }
    guard let maximum = plan.maximum else { return true }
    var still = 0
    for later in (place + 1)..<max(plan.named.count, place + 1) where isNeeded(later, plan) {
      still += 1
    }
    return count + 1 + still <= maximum
  }

  /// Whether a member that is needed later can be, with all that it needs in turn.
  private func canCome(_ place: Int, _ plan: SchemaPlans.ObjectPlan) -> Bool {
    var pending = [place]
    var seen: Set<Int> = []
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      guard !plan.named[next].choices.isEmpty else { return false }
      for needed in plan.named[next].needs where written >> needed & 1 == 0 {
        guard needed > position else { return false }
        pending.append(needed)
      }
    }
    return true
  }

  /// Whether the members that are wanted and not there yet can still come.
  func canSatisfy(_ plan: SchemaPlans.ObjectPlan) -> Bool {
    var pending = plan.wanted & ~wanted
    guard pending != 0 else { return true }
    if let maximum = plan.maximum, count >= maximum { return false }
    for member in plan.named.dropFirst(position) {
      for choice in member.choices { pending &= ~choice.wanted }
    }
    for extra in plan.extras { pending &= ~extra.choice.wanted }
    return pending == 0
  }

  /// Whether the member at `place` may be left out, and the object still have enough.
  func canSkip(_ place: Int, _ plan: SchemaPlans.ObjectPlan) -> Bool {
    guard !isNeeded(place, plan) else { return false }
    guard let capacity = plan.extraCapacity, plan.minimum > count else { return true }
    var later = 0
    for member in plan.named[(place + 1)...] where !member.choices.isEmpty { later += 1 }
    return count + later + capacity >= plan.minimum
  }
}

extension SchemaPlans.ObjectPlan {
  /// Whether the presence of a member asks for others.
  var hasNeeds: Bool { named.contains { !$0.needs.isEmpty } }
}
