import LanguageModeling

/// The filters of a draw whose temperature is followed: those before it, which don't see it, and those after it.
struct FollowedChain: Sendable {
  /// The filters before the temperature, in order.
  let before: [any Filter]
  /// The filters after it, in order.
  let after: [any FollowedFilter]

  /// - Throws: ``DecodingFailure/conflict(_:)`` for filters that can't be followed, by name.
  init(_ filters: [any Filter]) throws(DecodingFailure) {
    if let filter = filters.first(where: { $0.remembers }) {
      throw .conflict(
        "\(filter.name) remembers what was drawn, so that temperatures can't be followed under it;"
          + " leave it out")
    }
    guard let place = filters.firstIndex(where: { $0 is Temperature }) else {
      guard let dynamic = filters.first(where: { $0 is DynamicTemperature }) else {
        throw .conflict(
          "there is no temperature among the filters, so that there is nothing to follow;"
            + " give it a place in the filter order")
      }
      throw .conflict(
        "\(dynamic.name) takes the place of the temperature, which then can't be followed;"
          + " leave it out")
    }
    before = Array(filters[..<place])
    var after: [any FollowedFilter] = []
    for filter in filters[(place + 1)...] {
      guard let followed = filter as? any FollowedFilter,
        followed.isFollowable(isFirst: after.isEmpty)
      else {
        throw .conflict(
          "\(filter) stands after the temperature, and what it keeps can't be followed over"
            + " temperatures; leave it out, or let it run before the temperature, as in the filter"
            + " order “\(filter.name);temperature”")
      }
      after.append(followed)
    }
    self.after = after
  }

  /// Applies the filters before the temperature.
  func applyBefore(to candidates: inout Candidates, noise: CounterNoise, position: Int) {
    for filter in before { filter.apply(to: &candidates, noise: noise, position: position) }
  }

  /// Applies the temperature and the filters after it.
  func apply(
    _ temperature: Float, to candidates: inout Candidates, noise: CounterNoise, position: Int
  ) {
    candidates.divideLogits(byTemperature: temperature)
    for filter in after { filter.apply(to: &candidates, noise: noise, position: position) }
  }

  /// What the filters after the temperature leave over an interval.
  func bounds(
    of logits: inout DescendingLogits, over temperatures: ClosedRange<Double>
  ) -> AdmissionBounds {
    var bounds = AdmissionBounds()
    for filter in after { filter.narrow(&bounds, of: &logits, over: temperatures) }
    return bounds
  }

  /// Drops candidates that no temperature of an interval leaves, where that changes nothing for the others.
  func shorten(_ logits: inout DescendingLogits, over temperatures: ClosedRange<Double>) {
    var bounds = AdmissionBounds()
    for filter in after.prefix(while: { !$0.readsAllThatIsLeft }) {
      filter.narrow(&bounds, of: &logits, over: temperatures)
    }
    if bounds.possible > -.infinity { logits.drop(below: bounds.possible) }
  }
}
