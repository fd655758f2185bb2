/// A session that also gives the model's last hidden states: the vectors that the output head makes logits of.
///
/// A refinement for models that have them. Methods that compare hidden states, such as contrastive search, ask for it
/// and are refused over a model without.
///
/// The promise of ``DecodingSession`` holds for them too: a hidden state depends on the sequence's tokens and adapters
/// alone, bit for bit, and asking for it changes no logits.
public protocol HiddenStateSession: DecodingSession {
  /// The number of elements of a hidden state.
  var hiddenSize: Int { get }

  /// Feeds each input's tokens to its sequence, as ``DecodingSession/step(_:into:)`` does, and writes the last hidden
  /// states of the tokens asked for: those after the final norm, where the model has one (transformers'
  /// `hidden_states[-1]`).
  ///
  /// - Parameters:
  ///   - inputs: at most one per sequence, each with at least one token.
  ///   - rows: receives the logits, `[sum of rowCount, vocabularyCount]`; its length must be exactly that.
  ///   - states: which of each input's tokens get a hidden state; one request for each input.
  ///   - hiddenStates: receives them in input order, row-major, `[tokens asked for, hiddenSize]`; its length must be
  ///     exactly that.
  /// - Throws: ``ModelError``. After an error no sequence has changed its length.
  func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>,
    states: Span<LogitsRequest>, into hiddenStates: inout MutableSpan<Float>
  ) throws(ModelError)
}
