import Kernels
import LanguageModeling

/// How one block of the cache is laid out: layer by layer, head by head, keys `[headDim, positions]` and then values
/// `[positions, paddedHeadDim]`, so that attention needs no horizontal sum in either.
struct KeyValueLayout {
  static var blockPositions: Int { Attention.blockPositions }

  let layerCount: Int
  let headCount: Int
  let headDimension: Int
  let paddedHeadDimension: Int
  /// Whether elements are half floats, not floats.
  let holdsHalves: Bool

  init(_ configuration: TransformerConfiguration, _ cacheType: CacheType) {
    holdsHalves = cacheType == .float16
    layerCount = configuration.layerCount
    headCount = configuration.keyValueHeadCount
    headDimension = configuration.headDimension
    paddedHeadDimension = Attention.paddedHeadDimension(configuration.headDimension)
  }

  /// Elements of one head's keys and values in a block.
  var headElements: Int { (headDimension + paddedHeadDimension) * Self.blockPositions }
  /// Elements of one layer in a block.
  var layerElements: Int { headCount * headElements }
  /// Whether any key or value of a sequence's first positions was too large for a half, and so is infinite.
  ///
  /// - Parameter blocks: the addresses of the sequence's blocks.
  func overflows(_ blocks: UnsafePointer<UnsafeMutableRawPointer?>, positions: Int) -> Bool {
    guard holdsHalves else { return false }
    return (0..<positions).contains { position in
      guard let block = blocks[position / Self.blockPositions] else { return false }
      let halves = block.assumingMemoryBound(to: UInt16.self)
      let slot = position % Self.blockPositions
      return (0..<layerCount * headCount).contains { head in
        let keys = halves + head * headElements
        let values = keys + headDimension * Self.blockPositions + slot * paddedHeadDimension
        return (0..<headDimension).contains { element in
          keys[element * Self.blockPositions + slot] & 0x7fff == 0x7c00
            || values[element] & 0x7fff == 0x7c00
        }
      }
    }
  }

  /// Bytes of a block.
  var blockBytes: Int { layerCount * layerElements * (holdsHalves ? 2 : 4) }
}
