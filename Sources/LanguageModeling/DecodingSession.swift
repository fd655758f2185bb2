/// The mutable side of a model: a tree of keys and values, and the memory to compute in. One owner, not `Sendable`.
///
/// A step is batched by construction: it advances any number of sequences, each by any number of tokens. One token
/// each for many sequences is a beam step or a sweep; many tokens with all their rows is scoring, or checking a draft.
///
/// Implementations keep one promise that everything above relies on: **a row of logits depends on the sequence's
/// tokens and adapters alone**, bit for bit; not on how the tokens were split over steps, what else was in the batch,
/// or the number of threads.
public protocol DecodingSession: AnyObject {
  /// Opens an empty sequence.
  ///
  /// - Parameter adapter: the adapters it runs with; ``AdapterMix/none`` is the base model.
  /// - Throws: ``ModelError/unknownAdapter(_:)`` for a name that the model doesn't know.
  func open(adapter: AdapterMix) throws(ModelError) -> SequenceID

  /// Opens a sequence that goes on from the present end of `parent`. It shares the prefix and copies nothing.
  ///
  /// - Complexity: O(length / block length) retained blocks.
  func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID

  /// Shortens a sequence to its first `length` tokens. Other sequences that share them keep theirs.
  func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError)

  /// Closes a sequence and releases what only it held. Closing one that isn't open does nothing.
  func close(_ sequence: SequenceID)

  /// The number of tokens that the sequence holds.
  func length(of sequence: SequenceID) throws(ModelError) -> Int

  /// Feeds each input's tokens to its sequence.
  ///
  /// - Parameters:
  ///   - inputs: at most one per sequence, each with at least one token.
  ///   - rows: receives the logits that the inputs ask for, in input order, row-major,
  ///     `[sum of rowCount, vocabularyCount]`; its length must be exactly that.
  /// - Throws: ``ModelError``. After an error no sequence has changed its length.
  func step(_ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>) throws(ModelError)
}
