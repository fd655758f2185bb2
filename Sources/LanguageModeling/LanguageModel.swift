/// A causal language model: immutable weights that any number of sessions share.
///
/// The decoders are written against this protocol and ``DecodingSession`` alone, so they run over any model: a
/// transformer, an n-gram table, a remote service.
public protocol LanguageModel<Session>: Sendable {
  /// The session type: caches and scratch memory of one owner.
  associatedtype Session: DecodingSession

  /// The number of tokens, and so the length of a row of logits.
  var vocabularyCount: Int { get }

  /// The longest sequence that the model accepts by default, in tokens.
  var contextLength: Int { get }

  /// The longest sequence of a session with these options. Models that don't say keep to ``contextLength``, or to fewer
  /// where the options ask for fewer.
  func contextLength(under options: SessionOptions) -> Int

  /// Makes a session with nothing in it.
  ///
  /// - Throws: ``ModelError`` where the options ask for what the model can't give.
  func makeSession(_ options: SessionOptions) throws(ModelError) -> sending Session

  /// What a session takes in memory. Models that don't say take a row of logits for each sequence of a step, and nothing
  /// else.
  func memory(_ options: SessionOptions) -> SessionMemory
}

extension LanguageModel {
  /// What the options ask for, at most ``contextLength``.
  public func contextLength(under options: SessionOptions) -> Int {
    min(options.contextLength ?? .max, contextLength)
  }

  /// A row of logits for each sequence of a step.
  public func memory(_ options: SessionOptions) -> SessionMemory {
    SessionMemory(rowBytes: vocabularyCount * MemoryLayout<Float>.size)
  }
}
