import LanguageModeling

extension DecodingSession {
  /// A step whose logits go into an array, which has their number of elements already.
  func step(_ inputs: [StepInput], into rows: inout [Float]) throws(ModelError) {
    var output = rows.mutableSpan
    try step(inputs.span, into: &output)
  }
}

extension HiddenStateSession {
  /// A step whose logits and hidden states go into arrays, which have their numbers of elements already.
  func step(
    _ inputs: [StepInput], into rows: inout [Float], states: [LogitsRequest],
    into hiddenStates: inout [Float]
  ) throws(ModelError) {
    var output = rows.mutableSpan
    var stateOutput = hiddenStates.mutableSpan
    try step(inputs.span, into: &output, states: states.span, into: &stateOutput)
  }
}

extension [Float] {
  /// Gives the array this many elements, of any value. Memory is only asked for when it is longer than ever before.
  mutating func resize(to count: Int) {
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }
}
