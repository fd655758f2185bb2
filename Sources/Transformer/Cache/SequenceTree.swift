import Kernels
import LanguageModeling

/// The open sequences of a session: each a path of blocks, shared with its relatives as far as they agree.
struct SequenceTree: ~Copyable {
  private struct Path {
    var blocks: [BlockStore.Block] = []
    var length = 0
  }

  private var store: BlockStore
  private var paths: [SequenceID: Path] = [:]
  private var nextID = 0

  init(layout: KeyValueLayout) {
    store = BlockStore(layout: layout)
  }

  /// Blocks that any sequence holds.
  var heldBlockCount: Int { store.heldCount }

  mutating func open() -> SequenceID {
    insert(Path())
  }

  mutating func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
    let path = try path(of: parent)
    for block in path.blocks { store.retain(block) }
    return insert(path)
  }

  mutating func close(_ sequence: SequenceID) {
    guard let path = paths.removeValue(forKey: sequence) else { return }
    for block in path.blocks { store.release(block) }
  }

  func length(of sequence: SequenceID) throws(ModelError) -> Int {
    try path(of: sequence).length
  }

  mutating func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
    let path = try path(of: sequence)
    guard (0...path.length).contains(length) else {
      throw .rollbackOutOfRange(sequence, to: length, length: path.length)
    }
    truncate(sequence, to: length)
  }

  /// Makes room for tokens behind the sequence's end: new blocks, and a copy of the last one if others hold it too.
  /// The length stays as it is until ``advance(_:by:)``.
  mutating func reserve(_ sequence: SequenceID, count: Int) throws(ModelError) {
    let path = try path(of: sequence)
    let size = KeyValueLayout.blockPositions
    let last = path.length / size
    if path.length % size != 0, store.isShared(path.blocks[last]) {
      let copy = try store.copy(path.blocks[last])
      paths[sequence]?.blocks[last] = copy
    }
    let needed = (path.length + count + size - 1) / size
    for _ in path.blocks.count..<max(needed, path.blocks.count) {
      let block = try store.take()
      paths[sequence]?.blocks.append(block)
    }
  }

  /// Counts reserved tokens as the sequence's own.
  mutating func advance(_ sequence: SequenceID, by count: Int) {
    paths[sequence]?.length += count
  }

  /// Gives back what was reserved and not used.
  mutating func abandon(_ sequence: SequenceID, to length: Int) {
    truncate(sequence, to: length)
  }

  /// Writes the addresses of the sequence's blocks.
  func writePointers(
    of sequence: SequenceID, into table: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  ) throws(ModelError) {
    for (index, block) in try path(of: sequence).blocks.enumerated() {
      table[index] = store.pointer(block)
    }
  }

  private mutating func truncate(_ sequence: SequenceID, to length: Int) {
    guard var path = paths[sequence] else { return }
    let size = KeyValueLayout.blockPositions
    let kept = (length + size - 1) / size
    while path.blocks.count > kept { store.release(path.blocks.removeLast()) }
    path.length = length
    paths[sequence] = path
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
