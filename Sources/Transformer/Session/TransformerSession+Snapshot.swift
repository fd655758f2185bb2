public import LanguageModeling

extension TransformerSession: SnapshotSession {
  /// Blocks of keys and values as they lie in memory: `KeyValueLayout`.
  public var snapshotLayout: SnapshotLayout { layout.snapshot }

  /// Hands out the blocks of a sequence's first `length` tokens.
  ///
  /// - Complexity: O(bytes) in the last block, which is copied; the others are handed out as they lie.
  public func withBlocks(
    of sequence: SequenceID, length: Int, _ body: (RawSpan) -> Bool
  ) throws(ModelError) {
    let held = try tree.length(of: sequence)
    guard (0...held).contains(length) else {
      throw .rollbackOutOfRange(sequence, to: length, length: held)
    }
    let count = layout.blockBytes
    for index in 0..<snapshotLayout.blockCount(ofLength: length) {
      let block = UnsafeRawBufferPointer(
        start: try tree.pointer(toBlock: index, of: sequence), count: count)
      let used = length - index * KeyValueLayout.blockPositions
      guard used < KeyValueLayout.blockPositions else {
        if body(block.bytes) { continue } else { return }
      }
      let goesOn = withUnsafeTemporaryAllocation(byteCount: count, alignment: 64) { copy in
        copy.copyMemory(from: block)
        layout.clear(copy, from: used)
        return body(UnsafeRawBufferPointer(copy).bytes)
      }
      if !goesOn { return }
    }
  }

  /// Opens a sequence of `length` tokens whose blocks `fill` writes.
  public func open(
    adapter: AdapterMix, length: Int, blocks fill: (Int, inout MutableRawSpan) -> Bool
  ) throws(ModelError) -> SequenceID? {
    let sequence = try open(adapter: adapter)
    var isComplete = false
    defer { if !isComplete { close(sequence) } }
    guard length <= contextLength else {
      throw .contextFull(sequence, length: length, limit: contextLength)
    }
    try tree.reserve(sequence, count: length)
    for index in 0..<snapshotLayout.blockCount(ofLength: length) {
      let block = UnsafeMutableRawBufferPointer(
        start: try tree.pointer(toBlock: index, of: sequence), count: layout.blockBytes)
      var bytes = block.mutableBytes
      guard fill(index, &bytes) else { return nil }
    }
    tree.advance(sequence, by: length)
    isComplete = true
    return sequence
  }
}

extension TransformerModel {
  /// How the sessions' keys and values are handed out and taken in.
  public func snapshotLayout(_ cacheType: CacheType) -> SnapshotLayout {
    KeyValueLayout(configuration, cacheType).snapshot
  }
}
