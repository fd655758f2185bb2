import Kernels
import LanguageModeling

/// The blocks of a session's cache, reference-counted. A block that several sequences hold is never written. Memory that
/// no sequence holds any more is used again, and given back when the session ends.
///
/// Blocks lie side by side in slabs, which are asked for in large pages: attention looks fewer addresses up, and the
/// system makes fewer pages. What isn't used of a slab takes no memory but to the end of a page.
struct BlockStore: ~Copyable {
  /// A block's index.
  typealias Block = Int

  let layout: KeyValueLayout
  private var slabs: [PageBuffer] = []
  /// Where blocks are, those too that were never used: the last ones, from ``usedCount`` on.
  private var places: [UnsafeMutableRawPointer] = []
  private var usedCount = 0
  private var owners: [Int] = []
  private var free: [Block] = []

  /// The most bytes of a slab, unless a block is larger.
  private static let largestSlab = 32 << 20

  init(layout: KeyValueLayout) {
    self.layout = layout
  }

  /// The number of blocks that are held.
  var heldCount: Int { usedCount - free.count }

  /// A block's memory.
  func pointer(_ block: Block) -> UnsafeMutableRawPointer {
    places[block]
  }

  /// Whether more than one sequence holds the block.
  func isShared(_ block: Block) -> Bool { owners[block] > 1 }

  /// An unused block, held once.
  mutating func take() throws(ModelError) -> Block {
    if let block = free.popLast() {
      owners[block] = 1
      return block
    }
    if usedCount == places.count { try grow() }
    owners.append(1)
    usedCount += 1
    return usedCount - 1
  }

  /// Twice the blocks that there are, as far as that is no large slab.
  private mutating func grow() throws(ModelError) {
    // Each begins at a cache line of its own.
    let size = (layout.blockBytes + 63) / 64 * 64
    let count = max(1, min(places.count, Self.largestSlab / size))
    do {
      let slab = try PageBuffer(count: count * size)
      places += (0..<count).map { UnsafeMutableRawPointer(slab.pointer + $0 * size) }
      slabs.append(slab)
    } catch {
      throw ModelError(error)
    }
  }

  /// One more holder.
  mutating func retain(_ block: Block) { owners[block] += 1 }

  /// One holder less; without any, the block is used again.
  mutating func release(_ block: Block) {
    owners[block] -= 1
    if owners[block] == 0 { free.append(block) }
  }

  /// A copy of a shared block for one holder to write to. The holder's share of the original is given up.
  mutating func copy(_ block: Block) throws(ModelError) -> Block {
    let copy = try take()
    pointer(copy).copyMemory(from: pointer(block), byteCount: layout.blockBytes)
    release(block)
    return copy
  }
}
