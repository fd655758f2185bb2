import Kernels
public import LanguageModeling
import Synchronization

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

  /// Opens a sequence of `length` tokens whose blocks `fill` writes, on all threads.
  public func open(
    adapter: AdapterMix, length: Int, blocks fill: @Sendable (Int, inout MutableRawSpan) -> Bool
  ) throws(ModelError) -> SequenceID? {
    let sequence = try open(adapter: adapter)
    var isComplete = false
    defer { if !isComplete { close(sequence) } }
    guard length <= contextLength else {
      throw .contextFull(sequence, length: length, limit: contextLength)
    }
    try tree.reserve(sequence, count: length)
    var blocks: [UnsafeMutableRawBufferPointer] = []
    for index in 0..<snapshotLayout.blockCount(ofLength: length) {
      blocks.append(
        UnsafeMutableRawBufferPointer(
          start: try tree.pointer(toBlock: index, of: sequence), count: layout.blockBytes))
    }
    // Each is written by one call alone.
    nonisolated(unsafe) let places = blocks
    let isWhole = Atomic(true)
    pool.run(count: places.count) { index in
      guard isWhole.load(ordering: .relaxed) else { return }
      var bytes = places[index].mutableBytes
      if !fill(index, &bytes) { isWhole.store(false, ordering: .relaxed) }
    }
    guard isWhole.load(ordering: .relaxed) else { return nil }
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
