import Kernels

/// How one block of the cache is laid out: layer by layer, head by head, keys `[headDim, positions]` and then values
/// `[positions, paddedHeadDim]`, so that attention needs no horizontal sum in either.
struct KeyValueLayout {
  static var blockPositions: Int { Attention.blockPositions }

  let layerCount: Int
  let headCount: Int
  let headDimension: Int
  let paddedHeadDimension: Int

  init(_ configuration: TransformerConfiguration) {
    layerCount = configuration.layerCount
    headCount = configuration.keyValueHeadCount
    headDimension = configuration.headDimension
    paddedHeadDimension = Attention.paddedHeadDimension(configuration.headDimension)
  }

  /// Floats of one head's keys in a block.
  var keyFloats: Int { headDimension * Self.blockPositions }
  /// Floats of one head's keys and values in a block.
  var headFloats: Int { keyFloats + Self.blockPositions * paddedHeadDimension }
  /// Floats of one layer in a block.
  var layerFloats: Int { headCount * headFloats }
  /// Floats of a block.
  var blockFloats: Int { layerCount * layerFloats }

  /// Writes one position's keys and values of one layer (`[kvHeads · headDim]` each) into a block.
  func store(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, layer: Int, slot: Int,
    into block: UnsafeMutablePointer<Float>
  ) {
    for head in 0..<headCount {
      let base = block + layer * layerFloats + head * headFloats
      let key = keys + head * headDimension
      for i in 0..<headDimension { base[i * Self.blockPositions + slot] = key[i] }
      let row = base + keyFloats + slot * paddedHeadDimension
      let value = values + head * headDimension
      for i in 0..<headDimension { row[i] = value[i] }
      for i in headDimension..<paddedHeadDimension { row[i] = 0 }
    }
  }
}
