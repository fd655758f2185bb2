import LanguageModeling

/// The negative side of a guided request on its way.
struct GuidanceState {
  /// The model's sequences of the live hypotheses after the negative prompt, in the order of their rows.
  var sequences: [SequenceID] = []
  /// The logits after the prompt, until the negative one is read too.
  var promptRow: [Float] = []
  /// The logits after the negative prompt, until the prompt is read too.
  var negativeRow: [Float] = []
}
