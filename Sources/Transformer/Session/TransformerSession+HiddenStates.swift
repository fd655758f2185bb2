public import LanguageModeling

extension TransformerSession: HiddenStateSession {
  /// Feeds all inputs as ``step(_:into:)`` does, and writes the final norm's output for the tokens asked for.
  ///
  /// - Complexity: beyond that of the step, one norm for each hidden state.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: Span<LogitsRequest>, into hiddenStates: inout MutableSpan<Float>
  ) throws(ModelError) {
    guard states.count == inputs.count else {
      throw .invalidOption(
        "hidden states are asked for of \(states.count) inputs, and the step has \(inputs.count);"
          + " give a request for each")
    }
    try advance(inputs, into: &rows, states: states, into: &hiddenStates)
  }
}
