import Kernels
import LanguageModeling

/// How one block of the cache is laid out: layer by layer, head by head, keys `[headDim, positions]` and then values
/// `[positions, paddedHeadDim]`, so that attention needs no horizontal sum in either (``KeyValueFormat``).
struct KeyValueLayout {
  static var blockPositions: Int { Attention.blockPositions }

  let layerCount: Int
  let headCount: Int
  let headDimension: Int
  let format: KeyValueFormat

  init(_ configuration: TransformerConfiguration, _ cacheType: CacheType) {
    format = KeyValueFormat(cacheType)
    layerCount = configuration.layerCount
    headCount = configuration.keyValueHeadCount
    headDimension = configuration.headDimension
  }

  /// Bytes of one head's keys and values in a block.
  var headBytes: Int { format.headBytes(headDimension: headDimension) }
  /// Bytes of one layer in a block.
  var layerBytes: Int { headCount * headBytes }
  /// Bytes of a block.
  var blockBytes: Int { layerCount * layerBytes }

  /// Whether any key or value of a sequence's first positions was too large for a half, and so is infinite.
  ///
  /// - Parameter blocks: the addresses of the sequence's blocks.
  func overflows(_ blocks: UnsafePointer<UnsafeMutableRawPointer?>, positions: Int) -> Bool {
    guard format == .float16 else { return false }
    let parts = format.parts(headDimension: headDimension)
    return (0..<positions).contains { position in
      guard let block = blocks[position / Self.blockPositions] else { return false }
      let slot = position % Self.blockPositions
      return (0..<layerCount * headCount).contains { head in
        parts.contains { part in
          (0..<part.rowCount).contains { row in
            let cell = block + head * headBytes + part.offset(row: row, slot: slot)
            return stride(from: 0, to: part.cellBytes, by: 2).contains { byte in
              cell.load(fromByteOffset: byte, as: UInt16.self) & 0x7fff == 0x7c00
            }
          }
        }
      }
    }
  }

  /// Makes the positions of a block from `first` on zeros.
  func clear(_ block: UnsafeMutableRawBufferPointer, from first: Int) {
    guard let base = block.baseAddress else { return }
    let rest = Self.blockPositions - first
    for head in 0..<layerCount * headCount {
      for part in format.parts(headDimension: headDimension) {
        for row in 0..<part.rowCount {
          (base + head * headBytes + part.offset(row: row, slot: first)).initializeMemory(
            as: UInt8.self, repeating: 0, count: rest * part.cellBytes)
        }
      }
    }
  }

  /// The layout as sessions tell it to others.
  var snapshot: SnapshotLayout {
    let padded = Attention.paddedHeadDimension(headDimension)
    return SnapshotLayout(
      blockPositions: Self.blockPositions, blockBytes: blockBytes,
      form: "\(layerCount) layers of \(headCount) heads: keys [\(headDimension), "
        + "\(Self.blockPositions)], values [\(Self.blockPositions), \(padded)], \(format.form)")
  }
}

extension KeyValueFormat {
  fileprivate init(_ cacheType: CacheType) {
    self =
      switch cacheType {
      case .float32: .float32
      case .float16: .float16
      case .int8: .int8
      }
  }

  fileprivate var form: String {
    switch self {
    case .float32: "float32"
    case .float16: "float16"
    case .int8: "int8 with a float32 for each 32 elements"
    }
  }
}

extension KeyValueFormat.Part {
  /// Where the cell of a position is, in bytes from the head's start.
  fileprivate func offset(row: Int, slot: Int) -> Int {
    offset + (row * KeyValueLayout.blockPositions + slot) * cellBytes
  }
}
