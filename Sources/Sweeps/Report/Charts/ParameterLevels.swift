import JSON

/// The values that trials have of one parameter, as places on an axis and as groups.
struct ParameterLevels {
  /// The parameter.
  let name: String
  /// By trial: its value; `nil` where the parameter has no effect.
  let values: [JSONValue?]
  /// The labels of the groups, in order.
  let labels: [String]
  /// By trial: its group; `nil` where the parameter has no effect.
  let groups: [Int?]
  /// The numbers, where they are too many to be groups of their own.
  let numbers: [Double?]?

  /// More values than this are a range, which is cut into groups of as equal numbers of trials as ties allow.
  private static let maximumLevelCount = 8
  private static let groupCount = 4

  init(_ name: String, trials: [Trial]) {
    self.name = name
    values = trials.map { trial in trial.parameters.first { $0.key == name }?.value }
    let present = values.compactMap { $0 }
    let distinct = present.reduce(into: [JSONValue]()) { list, value in
      if !list.contains(value) { list.append(value) }
    }
    let doubles = values.map { $0?.double }
    let isNumeric = present.allSatisfy { $0.double != nil }
    if isNumeric, distinct.count > Self.maximumLevelCount {
      let known = doubles.compactMap { $0 }
      let levels = VarianceShare.levels(of: known, groupCount: Self.groupCount)
      var rest = levels[...]
      groups = doubles.map { $0 == nil ? nil : rest.popFirst() }
      labels = (0..<Self.groupCount).map { group in
        let members = zip(known, levels).filter { $0.1 == group }.map(\.0)
        guard let least = members.min(), let greatest = members.max() else { return "" }
        return least == greatest
          ? ScoreText.number(least) : "\(ScoreText.number(least))–\(ScoreText.number(greatest))"
      }
      numbers = doubles
    } else {
      let sorted =
        isNumeric
        ? distinct.sorted { ($0.double ?? 0) < ($1.double ?? 0) } : distinct
      labels = sorted.map { $0.string ?? $0.text }
      groups = values.map { value in value.flatMap { sorted.firstIndex(of: $0) } }
      numbers = nil
    }
  }

  /// Whether trials differ in it.
  var varies: Bool {
    Set(groups.compactMap { $0 }).count > 1
      || groups.contains(nil) && groups.contains { $0 != nil }
  }
}
