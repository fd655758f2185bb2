/// Which trials there are, as directions in the space of their scores: one bundle of orthonormal directions for each thing
/// that differences can go with.
struct TrialDesign {
  struct Part {
    var name: String
    /// Orthonormal directions over the trials, `[freedom][trials]`.
    var basis: [[Double]]
    var levelCount: Int
    /// Whether some of its directions are other parameters' too.
    var isConfounded = false
  }

  /// First which parameters apply, where that differs; then the parameters that vary.
  private(set) var parts: [Part] = []
  /// Whether trials differ in which parameters apply.
  let hasGroups: Bool
  /// Whether no parameter's directions overlap with another's, as on full grids.
  private(set) var isOrthogonal = true
  /// By parameter: its directions before others' are taken off.
  private var marginal: [(name: String, basis: [[Double]])] = []

  init(factors: [VarianceDecomposition.Factor], trialCount: Int) {
    // Groups by which parameters apply, in the order in which they come.
    var seen: [[Bool]: Int] = [:]
    let groups = (0..<trialCount).map { trial in
      let pattern = factors.map { $0.levels[trial] != nil }
      let group = seen[pattern] ?? seen.count
      seen[pattern] = group
      return group
    }
    hasGroups = seen.count > 1
    let sizes = groups.reduce(into: [Int: Double]()) { $0[$1, default: 0] += 1 }
    if hasGroups {
      let indicators = (0..<seen.count).map { group in
        let share = (sizes[group] ?? 0) / Double(trialCount)
        return groups.map { ($0 == group ? 1 : 0) - share }
      }
      parts.append(
        Part(
          name: "which parameters apply", basis: Self.orthonormal(indicators, beside: []),
          levelCount: seen.count))
    }
    /// A column without its mean in each group.
    func centred(_ column: [Double]) -> [Double] {
      var sums: [Int: Double] = [:]
      for (value, group) in zip(column, groups) { sums[group, default: 0] += value }
      return zip(column, groups).map { value, group in
        value - (sums[group] ?? 0) / (sizes[group] ?? 1)
      }
    }
    let columns = factors.map { factor in
      Set(factor.levels.compactMap { $0 }).sorted().map { level in
        centred(factor.levels.map { $0 == level ? 1 : 0 })
      }
    }
    for (index, factor) in factors.enumerated() {
      let own = Self.orthonormal(columns[index], beside: [])
      guard !own.isEmpty else { continue }
      let others = Self.orthonormal(
        columns.indices.filter { $0 != index }.flatMap { columns[$0] }, beside: [])
      let basis = Self.orthonormal(own, beside: others)
      if others.contains(where: { other in own.contains { abs(Self.product($0, other)) > 1e-9 } }) {
        isOrthogonal = false
      }
      parts.append(
        Part(
          name: factor.name, basis: basis, levelCount: columns[index].count,
          isConfounded: basis.count < own.count))
      marginal.append((factor.name, own))
    }
  }

  /// Pairs of parameters of which one tells so much of the other.
  func overlaps(atLeast limit: Double) -> [VarianceDecomposition.Overlap] {
    var overlaps: [VarianceDecomposition.Overlap] = []
    for (index, first) in marginal.enumerated() {
      for second in marginal.dropFirst(index + 1) {
        let sum = first.basis.reduce(0) { sum, own in
          second.basis.reduce(sum) { $0 + Self.product(own, $1) * Self.product(own, $1) }
        }
        let share = sum / Double(min(first.basis.count, second.basis.count))
        if share >= limit {
          overlaps.append(.init(names: [first.name, second.name], share: share))
        }
      }
    }
    return overlaps
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }

  /// An orthonormal basis of what columns add to a basis that is there (Gram and Schmidt, twice for the digits).
  private static func orthonormal(
    _ columns: [[Double]], beside known: [[Double]]
  ) -> [[Double]] {
    var basis: [[Double]] = []
    for column in columns {
      var rest = column
      for _ in 0..<2 {
        for direction in [known, basis].joined() {
          let length = product(rest, direction)
          for index in rest.indices { rest[index] -= length * direction[index] }
        }
      }
      let length = product(rest, rest).squareRoot()
      guard length > 1e-7 * max(product(column, column).squareRoot(), 1e-7) else { continue }
      basis.append(rest.map { $0 / length })
    }
    return basis
  }
}
