import LanguageModeling

/// The negative side of a guided request on its way.
struct GuidanceState {
  /// The model's sequences of the live hypotheses behind the negative prompt, in the order of their rows.
  var sequences: [SequenceID] = []
  /// The logits behind the prompt, until the negative one is read too.
  var promptRow: [Float] = []
  /// The logits behind the negative prompt, until the prompt is read too.
  var negativeRow: [Float] = []
}
