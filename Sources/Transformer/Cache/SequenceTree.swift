import Kernels
import LanguageModeling

/// The open sequences of a session: each a path of blocks, shared with its relatives as far as they agree.
struct SequenceTree: ~Copyable {
  private struct Path {
    var blocks: [BlockStore.Block] = []
    var length = 0
    /// The adapters that its keys and values were computed with, and so all that come.
    let mix: MixTable.Index
  }

  private var store: BlockStore
  private var paths: [SequenceID: Path] = [:]
  private var nextID = 0

  init(layout: KeyValueLayout) {
    store = BlockStore(layout: layout)
  }

  /// Blocks that any sequence holds.
  var heldBlockCount: Int { store.heldCount }

  mutating func open(mix: MixTable.Index) -> SequenceID {
    insert(Path(mix: mix))
  }

  mutating func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
    let path = try path(of: parent)
    for block in path.blocks { store.retain(block) }
    return insert(path)
  }

  /// Closes a sequence.
  ///
  /// - Returns: the mix that has one sequence less; `nil` where nothing was open.
  mutating func close(_ sequence: SequenceID) -> MixTable.Index? {
    guard let path = paths.removeValue(forKey: sequence) else { return nil }
    for block in path.blocks { store.release(block) }
    return path.mix
  }

  func mix(of sequence: SequenceID) throws(ModelError) -> MixTable.Index {
    try path(of: sequence).mix
  }

  func length(of sequence: SequenceID) throws(ModelError) -> Int {
    try path(of: sequence).length
  }

  /// Shortens a sequence, and gives back every block past its end: also those reserved and not used, where `length` is
  /// the sequence's own.
  mutating func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
    let path = try path(of: sequence)
    guard (0...path.length).contains(length) else {
      throw .rollbackOutOfRange(sequence, to: length, length: path.length)
    }
    let size = KeyValueLayout.blockPositions
    let kept = (length + size - 1) / size
    for block in path.blocks.dropFirst(kept) { store.release(block) }
    paths[sequence]?.blocks.removeLast(path.blocks.count - min(kept, path.blocks.count))
    paths[sequence]?.length = length
  }

  /// Makes room for tokens after the sequence's end: new blocks, and a copy of the last one if others hold it too.
  /// The length stays as it is until ``advance(_:by:)``.
  mutating func reserve(_ sequence: SequenceID, count: Int) throws(ModelError) {
    let size = KeyValueLayout.blockPositions
    let length = try length(of: sequence)
    let held = try path(of: sequence).blocks.count
    if length % size != 0 {
      let last = try path(of: sequence).blocks[length / size]
      if store.isShared(last) { paths[sequence]?.blocks[length / size] = try store.copy(last) }
    }
    let needed = (length + count + size - 1) / size
    for _ in held..<max(needed, held) {
      let block = try store.take()
      paths[sequence]?.blocks.append(block)
    }
  }

  /// Counts reserved tokens as the sequence's own.
  mutating func advance(_ sequence: SequenceID, by count: Int) {
    paths[sequence]?.length += count
  }

  /// A block of a sequence, counted from its beginning.
  func pointer(
    toBlock index: Int, of sequence: SequenceID
  ) throws(ModelError) -> UnsafeMutableRawPointer {
    store.pointer(try path(of: sequence).blocks[index])
  }

  /// Writes the addresses of the sequence's blocks.
  func writePointers(
    of sequence: SequenceID, into table: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) throws(ModelError) {
    for (index, block) in try path(of: sequence).blocks.enumerated() {
      table[index] = store.pointer(block)
    }
  }

  private mutating func insert(_ path: Path) -> SequenceID {
    let id = SequenceID(rawValue: nextID)
    nextID += 1
    paths[id] = path
    return id
  }

  private func path(of sequence: SequenceID) throws(ModelError) -> Path {
    guard let path = paths[sequence] else { throw .unknownSequence(sequence) }
    return path
  }
}
