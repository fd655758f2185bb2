import Kernels
import LanguageModeling

/// The blocks of a session's cache, reference-counted. A block that several sequences hold is never written. Memory that
/// no sequence holds any more is used again, and given back when the session ends.
struct BlockStore: ~Copyable {
  /// A block's index.
  typealias Block = Int

  let layout: KeyValueLayout
  private var blocks: [AlignedBuffer<UInt8>] = []
  private var owners: [Int] = []
  private var free: [Block] = []

  init(layout: KeyValueLayout) {
    self.layout = layout
  }

  /// The number of blocks that are held.
  var heldCount: Int { blocks.count - free.count }

  /// A block's memory.
  func pointer(_ block: Block) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(blocks[block].pointer)
  }

  /// Whether more than one sequence holds the block.
  func isShared(_ block: Block) -> Bool { owners[block] > 1 }

  /// An unused block, held once.
  mutating func take() throws(ModelError) -> Block {
    if let block = free.popLast() {
      owners[block] = 1
      return block
    }
    do {
      blocks.append(try AlignedBuffer(count: layout.blockBytes))
    } catch {
      throw ModelError(error)
    }
    owners.append(1)
    return blocks.count - 1
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
