import CKernels

/// Attention of a batch of query rows, for one layer, over blocks of ``blockPositions`` keys and values each.
///
/// In a block, at the layer's offset, each head of keys and values has its keys `[headDimension, blockPositions]` and
/// then its values `[blockPositions, paddedHeadDimension]` (``KeyValueFormat``). A row attends to positions up to a last one, its own in causal attention: in chunks of 512,
/// each block by block in order, that are joined in order. So its result doesn't depend on its neighbours.
package struct Attention {
  /// A sequence's blocks, in order of position.
  package typealias BlockTable = UnsafePointer<UnsafeMutableRawPointer?>

  /// Positions in a block.
  package static let blockPositions = Int(CK_BLOCK_POSITIONS)
  /// The widest head that the kernel takes.
  package static let maximumHeadDimension = Int(CK_MAX_HEAD_DIM)

  /// `[rows, queryStride]`, heads side by side.
  package var queries: UnsafePointer<Float>
  /// From one row of `queries` to the next.
  package var queryStride: Int
  /// `[rows, outStride]`, heads side by side.
  package var out: UnsafeMutablePointer<Float>
  /// From one row of `out` to the next.
  package var outStride: Int
  /// The number of query rows.
  package var rows: Int
  /// Query heads.
  package var headCount: Int
  /// Heads of keys and values.
  package var keyValueHeadCount: Int
  /// Width of a head.
  package var headDimension: Int
  /// On the products of queries and keys.
  package var scale: Float
  /// A scaled product p becomes cap · tanh(p / cap); 0: it stays.
  package var softCap: Float = 0
  /// Positions looked back on, the present one included; 0: all.
  package var window: Int
  /// Bytes from a block's start to the layer.
  package var layerOffset: Int
  /// What blocks hold.
  package var format: KeyValueFormat
  /// For each row, its sequence's blocks.
  package var blocks: UnsafePointer<BlockTable?>
  /// For each row, the last position that it attends to.
  package var positions: UnsafePointer<Int32>

  /// Describes the attention of one layer, with the scale 1 / √headDimension.
  package init(
    queries: UnsafePointer<Float>, queryStride: Int, out: UnsafeMutablePointer<Float>,
    outStride: Int,
    rows: Int, headCount: Int, keyValueHeadCount: Int, headDimension: Int, window: Int,
    layerOffset: Int, format: KeyValueFormat = .float32, blocks: UnsafePointer<BlockTable?>,
    positions: UnsafePointer<Int32>
  ) {
    self.queries = queries
    self.queryStride = queryStride
    self.out = out
    self.outStride = outStride
    self.rows = rows
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headDimension = headDimension
    scale = 1 / Float(headDimension).squareRoot()
    self.window = window
    self.layerOffset = layerOffset
    self.format = format
    self.blocks = blocks
    self.positions = positions
  }

  /// A head's width in the values: a whole number of vectors.
  package static func paddedHeadDimension(_ headDimension: Int) -> Int {
    (headDimension + 15) / 16 * 16
  }

  /// The chunks of positions that any row looks at, each of which can be a task.
  var chunks: Range<Int> {
    let size = Self.blockPositions * Int(CK_CHUNK_BLOCKS)
    let positions = UnsafeBufferPointer(start: positions, count: rows)
    guard let nearest = positions.min(), let farthest = positions.max() else { return 0..<0 }
    let first = window > 0 ? max(0, Int(nearest) - window + 1) : 0
    return first / size..<Int(farthest) / size + 1
  }

  /// Floats of what all queries have seen of each of `chunks` chunks.
  func partsCount(chunks: Int) -> Int {
    rows * headCount * chunks
      * Int(ck_attention_part(Int32(Self.paddedHeadDimension(headDimension))))
  }

  var ckAttention: ck_attention {
    ck_attention(
      queries: queries, out: out, query_stride: Int64(queryStride), out_stride: Int64(outStride),
      rows: Int32(rows), heads: Int32(headCount), kv_heads: Int32(keyValueHeadCount),
      head_dim: Int32(headDimension),
      padded_head_dim: Int32(Self.paddedHeadDimension(headDimension)),
      scale: scale, soft_cap: softCap, window: Int32(clamping: window),
      layer_offset: Int64(layerOffset), blocks: blocks, positions: positions,
      cache: format.ckCache, parts: nil, first_chunk: 0, chunks: 0)
  }
}
