import Kernels

/// A cache as sessions have it: blocks that each hold every layer, so that layers which follow each other find theirs in
/// memory where the cache is long.
struct CacheFixture {
  private typealias Model = AttentionTable

  private let scene: AttentionTable.Scene
  private let format: KeyValueFormat
  private let blocks: [AlignedBuffer<UInt8>]
  /// For each sequence its blocks, side by side.
  private let addresses: AlignedBuffer<UnsafeMutableRawPointer?>
  private let blocksOfSequence: Int
  /// Bytes of one layer in a block.
  private let blockLayerBytes: Int

  init(_ scene: AttentionTable.Scene, format: KeyValueFormat) throws {
    self.scene = scene
    self.format = format
    let size = Attention.blockPositions
    blockLayerBytes = Model.keyValueHeads * format.headBytes(headDimension: Model.headDimension)
    let bytes = Model.layers * blockLayerBytes
    blocksOfSequence = (Int(scene.positions.max() ?? 0) + size) / size
    let sequences = scene.isShared ? 1 : scene.positions.count
    blocks = try (0..<sequences * blocksOfSequence).map { _ in
      let block = try AlignedBuffer<UInt8>(count: bytes)
      block.elements.initialize(repeating: 0x3C)
      return block
    }
    addresses = try AlignedBuffer(count: blocks.count)
    for (index, block) in blocks.enumerated() {
      addresses.pointer[index] = UnsafeMutableRawPointer(block.pointer)
    }
  }

  /// Bytes of keys and values that one layer's attention looks at, each counted once.
  var layerBytes: Int { blocks.count * blockLayerBytes }

  /// Products and sums of one layer's attention; exponentials aren't counted.
  var operations: Double {
    let seen = scene.positions.reduce(0) { $0 + Int($1) + 1 }
    return Double(4 * Model.heads * Model.headDimension * seen)
  }

  /// Layers a second, one after the other.
  func callsPerSecond(_ pool: ComputePool) throws -> Double {
    let rows = scene.positions.count
    let width = Model.heads * Model.headDimension
    let queries = try AlignedBuffer<Float>(count: rows * width)
    let out = try AlignedBuffer<Float>(count: rows * width)
    queries.fillWithNoise()
    let tables = try AlignedBuffer<Attention.BlockTable?>(count: rows)
    let positions = try AlignedBuffer<Int32>(count: rows)
    for row in 0..<rows {
      positions.pointer[row] = scene.positions[row]
      let sequence = scene.isShared ? 0 : row
      tables.pointer[row] = UnsafePointer(addresses.pointer + sequence * blocksOfSequence)
    }
    return withExtendedLifetime((blocks, addresses)) {
      Stopwatch.callsPerSecond { call in
        pool.attend(
          Attention(
            queries: queries.pointer, queryStride: width, out: out.pointer, outStride: width,
            rows: rows, headCount: Model.heads, keyValueHeadCount: Model.keyValueHeads,
            headDimension: Model.headDimension, window: 0,
            layerOffset: call % Model.layers * blockLayerBytes, format: format,
            blocks: tables.pointer, positions: positions.pointer))
      }
    }
  }
}
