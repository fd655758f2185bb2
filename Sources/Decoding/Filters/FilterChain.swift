package import LanguageModeling

/// Filters one after the other, as a search applies them: with what each remembers of a hypothesis.
///
/// Costs nothing beyond the filters where none of them remembers anything.
package struct FilterChain: Sendable {
  /// What the filters of a chain remember of one hypothesis: a value, so that copying it is forking it. Empty where they
  /// remember nothing.
  package struct State: Sendable {
    /// By filter, of those that remember.
    fileprivate var values: [any Sendable] = []
  }

  let filters: [any Filter]
  /// Whether a filter remembers what was drawn.
  package let remembers: Bool

  package init(_ filters: [any Filter]) {
    self.filters = filters
    remembers = filters.contains { $0.remembers }
  }

  /// Whether each sample has to be filtered by itself.
  package var actsOnEachSample: Bool { remembers || filters.contains { $0.usesNoise } }

  /// What is remembered of a hypothesis without tokens.
  package var initialState: State {
    State(values: remembers ? filters.compactMap { $0.remembers ? $0.initialState : nil } : [])
  }

  /// Changes the `candidates` for the token at `position` of a hypothesis.
  ///
  /// - Parameter pausing: the filter before which `pause` has its turn at them.
  package func apply<Failure: Error>(
    to candidates: inout Candidates, state: State, noise: CounterNoise, position: Int,
    pausing: Int? = nil, _ pause: (inout Candidates) throws(Failure) -> Void
  ) throws(Failure) {
    var place = 0
    for (index, filter) in filters.enumerated() {
      if index == pausing { try pause(&candidates) }
      if filter.remembers {
        filter.apply(
          to: &candidates, erased: state.values[place], noise: noise, position: position)
        place += 1
      } else {
        filter.apply(to: &candidates, noise: noise, position: position)
      }
    }
  }

  /// Changes the `candidates` for the token at `position` of a hypothesis.
  package func apply(
    to candidates: inout Candidates, state: State, noise: CounterNoise, position: Int
  ) {
    apply(to: &candidates, state: state, noise: noise, position: position) { (_) in }
  }

  /// Lets the filters learn what was drawn.
  ///
  /// - Parameter index: the token's, among the candidates that the chain left.
  package func accept(_ index: Int, of candidates: borrowing Candidates, state: inout State) {
    guard remembers else { return }
    var place = 0
    for filter in filters where filter.remembers {
      filter.accept(index, of: candidates, erased: &state.values[place])
      place += 1
    }
  }
}

extension Filter {
  /// Whether what the filter does depends on what was drawn before.
  package var remembers: Bool { State.self != Void.self }

  fileprivate func apply(
    to candidates: inout Candidates, erased state: any Sendable, noise: CounterNoise, position: Int
  ) {
    apply(
      to: &candidates, state: state as? State ?? initialState, noise: noise, position: position)
  }

  fileprivate func accept(
    _ index: Int, of candidates: borrowing Candidates, erased: inout any Sendable
  ) {
    var state = erased as? State ?? initialState
    accept(index, of: candidates, state: &state)
    erased = state
  }
}
