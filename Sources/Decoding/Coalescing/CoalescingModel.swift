public import LanguageModeling
import Synchronization

/// A model whose sessions compute equal sequences once: a fork is made when two sequences part, not before.
///
/// Where many requests run from one prompt with the same noise, as the trials of a sweep do, most of them begin alike. As
/// long as their tokens agree they are one sequence underneath, with one row in a step; each still gets its own row of
/// logits. A row depends on the tokens of its sequence alone (`DecodingSession`), so that nothing changes but the time.
///
/// Sequences that have parted are not joined again: their keys and values differ.
public struct CoalescingModel<Base: LanguageModel>: LanguageModel {
  /// The model that computes.
  public let base: Base
  /// What was asked of all sessions, and what was computed.
  public let ledger = CoalescingLedger()

  /// The same model, with sessions that share.
  public init(_ base: Base) {
    self.base = base
  }

  /// The number of tokens.
  public var vocabularyCount: Int { base.vocabularyCount }

  /// The longest sequence.
  public var contextLength: Int { base.contextLength }

  /// The base's.
  public func contextLength(under options: SessionOptions) -> Int {
    base.contextLength(under: options)
  }

  /// A session with nothing in it.
  public func makeSession(
    _ options: SessionOptions
  ) throws(ModelError) -> sending CoalescingSession<Base.Session> {
    CoalescingSession(
      try base.makeSession(options), vocabularyCount: vocabularyCount, ledger: ledger)
  }

  /// What a session takes in memory: that of the base, and a second row of logits for each sequence.
  public func memory(_ options: SessionOptions) -> SessionMemory {
    var memory = base.memory(options)
    memory.rowBytes *= 2
    return memory
  }
}

/// What was asked of the sessions of a ``CoalescingModel``, and what was computed.
public final class CoalescingLedger: Sendable {
  /// The counts.
  public struct Counts: Hashable, Sendable {
    /// Tokens that sequences were fed.
    public var askedTokens = 0
    /// Tokens that the model was fed for them.
    public var computedTokens = 0
  }

  private let state = Mutex(Counts())

  /// The counts up to now.
  public var counts: Counts { state.withLock { $0 } }

  func note(asked: Int, computed: Int) {
    state.withLock {
      $0.askedTokens += asked
      $0.computedTokens += computed
    }
  }
}
