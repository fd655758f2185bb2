public import LanguageModeling
import Synchronization

/// A language model that looks its logits up: a function from the tokens so far to a row of logits.
///
/// It is all that a decoder needs of a model, with a ``Ledger`` of what it was asked. A row depends on the sequence's
/// tokens alone, as ``DecodingSession`` demands.
public struct TableLanguageModel: LanguageModel {
  /// The number of tokens.
  public let vocabularyCount: Int
  /// The longest sequence.
  public let contextLength: Int
  /// What the sessions were asked.
  public let ledger = Ledger()
  /// The logits after a sequence.
  public let logits: @Sendable ([TokenID]) -> [Float]

  /// A model whose logits after a sequence are `logits(sequence)`, `vocabularyCount` of them.
  public init(
    vocabularyCount: Int, contextLength: Int = 1024,
    logits: @escaping @Sendable ([TokenID]) -> [Float]
  ) {
    self.vocabularyCount = vocabularyCount
    self.contextLength = contextLength
    self.logits = logits
  }

  /// A model that looks at the last token alone: row *i* is the one after token *i*.
  public init(bigrams rows: [[Float]], contextLength: Int = 1024) {
    self.init(vocabularyCount: rows.count, contextLength: contextLength) { tokens in
      rows[Int(tokens[tokens.count - 1])]
    }
  }

  /// A model whose logits are random, `spread` wide, and different after every sequence.
  public init(
    randomOver vocabularyCount: Int, contextLength: Int = 1024, spread: Float = 2, seed: UInt64 = 1
  ) {
    self.init(vocabularyCount: vocabularyCount, contextLength: contextLength) { tokens in
      let noise = CounterNoise(seed: seed, prompt: PromptHash(tokens), sample: 0)
      return (0..<vocabularyCount).map { token in
        spread * Float(noise.gumbel(position: 0, token: TokenID(token)))
      }
    }
  }

  /// A session with nothing in it.
  public func makeSession(_ options: SessionOptions) throws(ModelError) -> sending TableSession {
    TableSession(self, options)
  }

  /// Counts of what the sessions of a model were asked.
  public final class Ledger: Sendable {
    /// The counts.
    public struct Counts: Hashable, Sendable {
      /// Tokens fed, over all sequences.
      public var tokens = 0
      /// Steps that succeeded.
      public var steps = 0
      /// The most inputs that a step had.
      public var largestBatch = 0
      /// Sequences that are open.
      public var openSequences = 0
    }

    private let state = Mutex(Counts())

    /// The counts up to now.
    public var counts: Counts { state.withLock { $0 } }

    func note(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }
  }
}

/// The session of a ``TableLanguageModel``: a list of tokens for each sequence. Sessions that can do more build on it.
public class TableSession: DecodingSession {
  let vocabularyCount: Int
  private let contextLength: Int
  private let ledger: TableLanguageModel.Ledger
  private let logits: @Sendable ([TokenID]) -> [Float]
  private var sequences: [SequenceID: [TokenID]] = [:]
  private var nextID = 0

  init(_ table: TableLanguageModel, _ options: SessionOptions) {
    vocabularyCount = table.vocabularyCount
    contextLength = min(options.contextLength ?? .max, table.contextLength)
    ledger = table.ledger
    logits = table.logits
  }

  /// Opens an empty sequence; no adapter is known.
  public func open(adapter: AdapterMix) throws(ModelError) -> SequenceID {
    if let part = adapter.parts.first { throw .unknownAdapter(part.name) }
    return add([])
  }

  /// Opens a sequence with the tokens of `parent`.
  public func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
    add(try tokens(of: parent))
  }

  /// Shortens a sequence.
  public func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
    let tokens = try tokens(of: sequence)
    guard length >= 0, length <= tokens.count else {
      throw .rollbackOutOfRange(sequence, to: length, length: tokens.count)
    }
    sequences[sequence] = Array(tokens[..<length])
  }

  /// Closes a sequence, if it is open.
  public func close(_ sequence: SequenceID) {
    if sequences.removeValue(forKey: sequence) != nil { ledger.note { $0.openSequences -= 1 } }
  }

  /// The number of tokens of a sequence.
  public func length(of sequence: SequenceID) throws(ModelError) -> Int {
    try tokens(of: sequence).count
  }

  /// Looks up the rows that are asked for. After an error nothing has changed.
  public func step(
    _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>
  ) throws(ModelError) {
    var lengthened = sequences
    var output: [Float] = []
    var seen: Set<SequenceID> = []
    var fed = 0
    for index in inputs.indices {
      let input = inputs[index]
      guard seen.insert(input.sequence).inserted else { throw .duplicateSequence(input.sequence) }
      guard !input.tokens.isEmpty else { throw .emptyInput(input.sequence) }
      var tokens = try tokens(of: input.sequence)
      guard tokens.count + input.tokens.count <= contextLength else {
        throw .contextFull(
          input.sequence, length: tokens.count + input.tokens.count, limit: contextLength)
      }
      for (offset, token) in input.tokens.enumerated() {
        guard token >= 0, token < vocabularyCount else {
          throw .tokenOutOfRange(token, vocabularyCount: vocabularyCount)
        }
        tokens.append(token)
        guard input.logits == .all || (input.logits == .last && offset == input.tokens.count - 1)
        else { continue }
        let row = logits(tokens)
        if row.contains(where: \.isNaN) {
          throw .notFinite(input.sequence, position: tokens.count - 1)
        }
        output += row
      }
      lengthened[input.sequence] = tokens
      fed += input.tokens.count
    }
    guard output.count == rows.count else {
      throw .wrongOutputCount(expected: output.count, actual: rows.count)
    }
    for index in output.indices { rows[index] = output[index] }
    sequences = lengthened
    ledger.note {
      $0.tokens += fed
      $0.steps += 1
      $0.largestBatch = max($0.largestBatch, inputs.count)
    }
  }

  private func add(_ tokens: [TokenID]) -> SequenceID {
    let id = SequenceID(rawValue: nextID)
    nextID += 1
    sequences[id] = tokens
    ledger.note { $0.openSequences += 1 }
    return id
  }

  func tokens(of sequence: SequenceID) throws(ModelError) -> [TokenID] {
    guard let tokens = sequences[sequence] else { throw .unknownSequence(sequence) }
    return tokens
  }
}
