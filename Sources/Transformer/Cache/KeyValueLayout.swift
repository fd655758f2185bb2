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
  /// Bytes of a block.
  var blockBytes: Int { layerCount * layerElements * (holdsHalves ? 2 : 4) }
}
