/// A session whose sequences can be taken out as bytes and made again of them.
///
/// A refinement for models that keep keys and values. The promise of ``DecodingSession`` holds for what is made again: a
/// sequence of restored blocks gives the rows that one gives whose tokens were read, bit for bit.
public protocol SnapshotSession: DecodingSession {
  /// How bytes stand for a sequence.
  var snapshotLayout: SnapshotLayout { get }

  /// Hands out the blocks of the first `length` tokens of a sequence, in order.
  ///
  /// - Parameter body: is given the bytes of each block, ``SnapshotLayout/blockBytes`` of them; what stands for positions
  ///   past `length` is zero. `false` ends it there.
  /// - Throws: ``ModelError/unknownSequence(_:)``, and ``ModelError/rollbackOutOfRange(_:to:length:)`` for more tokens than
  ///   the sequence holds.
  func withBlocks(
    of sequence: SequenceID, length: Int, _ body: (RawSpan) -> Bool
  ) throws(ModelError)

  /// Opens a sequence of `length` tokens whose blocks `fill` writes.
  ///
  /// - Parameter fill: writes the block of that number; `false`: it can't, and nothing is opened. It is called for several
  ///   blocks at once, on the session's threads.
  /// - Returns: `nil` where `fill` said so.
  /// - Throws: ``ModelError`` for more tokens than the context holds, for adapters that aren't known, and where there is
  ///   no memory.
  func open(
    adapter: AdapterMix, length: Int, blocks fill: @Sendable (Int, inout MutableRawSpan) -> Bool
  ) throws(ModelError) -> SequenceID?
}

/// How the bytes of a ``SnapshotSession`` stand for a sequence.
public struct SnapshotLayout: Hashable, Sendable {
  /// Positions of one block, at least 1.
  public var blockPositions: Int
  /// Bytes of one block.
  public var blockBytes: Int
  /// What the bytes of a block are, in words that are the same for all sessions that understand them.
  public var form: String

  /// A layout.
  public init(blockPositions: Int, blockBytes: Int, form: String) {
    self.blockPositions = blockPositions
    self.blockBytes = blockBytes
    self.form = form
  }

  /// The number of blocks of `length` tokens.
  public func blockCount(ofLength length: Int) -> Int {
    length / blockPositions + (length % blockPositions == 0 ? 0 : 1)
  }
}
