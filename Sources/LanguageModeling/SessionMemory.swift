/// The memory that a session of a model takes, so that what requests need is known before they start.
///
/// Keys and values are kept in blocks of positions, which sequences that begin alike share.
public struct SessionMemory: Hashable, Sendable {
  /// Bytes of the keys and values of one block.
  public var blockBytes: Int
  /// Positions of one block, at least 1.
  public var blockPositions: Int
  /// Bytes that each sequence of a step takes beside its keys, its values and its logits.
  public var sequenceBytes: Int
  /// Bytes of one hidden state, where the model gives hidden states.
  public var hiddenStateBytes: Int
  /// Bytes of logits that one row of a step takes.
  public var rowBytes: Int
  /// Bytes that a session takes with no sequence open: the memory to compute in.
  public var baseBytes: Int

  /// The memory of a session that keeps nothing.
  public init(
    blockBytes: Int = 0, blockPositions: Int = 1, sequenceBytes: Int = 0,
    hiddenStateBytes: Int = 0, rowBytes: Int = 0, baseBytes: Int = 0
  ) {
    self.blockBytes = blockBytes
    self.blockPositions = blockPositions
    self.sequenceBytes = sequenceBytes
    self.hiddenStateBytes = hiddenStateBytes
    self.rowBytes = rowBytes
    self.baseBytes = baseBytes
  }

  /// Bytes of the keys and values of a sequence of `length` tokens.
  public func bytes(ofLength length: Int) -> Int {
    let size = max(1, blockPositions)
    return (length / size + (length % size == 0 ? 0 : 1)) * blockBytes
  }
}
