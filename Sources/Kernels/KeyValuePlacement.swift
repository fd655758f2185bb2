import CKernels

/// Which vectors of queries and keys are normalised.
package enum HeadNorm: Sendable {
  /// Each head, all with the same weights, `[headDimension]`.
  case everyHead
  /// Each head, with weights of its own: `[heads · headDimension]`.
  case headByHead
  /// All heads together: `[heads · headDimension]`.
  case wholeWidth

  var ckHeadNorm: ck_head_norm {
    switch self {
    case .everyHead: CK_EVERY_HEAD
    case .headByHead: CK_HEAD_BY_HEAD
    case .wholeWidth: CK_WHOLE_WIDTH
    }
  }
}

/// What comes before the attention of one layer: heads are normalised where the model does so, queries and keys turned
/// by their positions, keys and values stored in their sequences' blocks (``Attention``).
package struct KeyValuePlacement {
  /// `[rows, queryHeads · headDimension]`, changed in place.
  package var queries: UnsafeMutablePointer<Float>
  /// `[rows, keyValueHeads · headDimension]`, changed in place.
  package var keys: UnsafeMutablePointer<Float>
  /// `[rows, keyValueHeads · headDimension]`
  package var values: UnsafePointer<Float>
  /// The number of rows.
  package var rows: Int
  /// Query heads.
  package var headCount: Int
  /// Heads of keys and values.
  package var keyValueHeadCount: Int
  /// Width of a head.
  package var headDimension: Int
  /// Elements of a head that are turned; 0: none.
  package var rotaryDimension: Int
  /// Whether neighbours make a pair, not elements half a head apart.
  package var interleaved: Bool
  /// Cosines of the angles, `[positions, rotaryDimension / 2]`.
  package var cosines: UnsafePointer<Float>
  /// Sines of the angles.
  package var sines: UnsafePointer<Float>
  /// Bytes from a block's start to the layer.
  package var layerOffset: Int
  /// What blocks hold.
  package var format: KeyValueFormat
  /// For each row, its sequence's blocks.
  package var blocks: UnsafePointer<Attention.BlockTable?>
  /// For each row, its position.
  package var positions: UnsafePointer<Int32>
  /// The norm of the queries, where there is one.
  package var queryNorm: Norm?
  /// The norm of the keys, where there is one.
  package var keyNorm: Norm?
  /// What is normalised.
  package var headNorm = HeadNorm.everyHead
  /// Whether they are normalised after they are turned, not before.
  package var normalizesLast = false
  /// For each row, a factor on its queries, where there is one.
  package var queryScales: UnsafePointer<Float>?

  /// Describes the rows of one layer.
  package init(
    queries: UnsafeMutablePointer<Float>, keys: UnsafeMutablePointer<Float>,
    values: UnsafePointer<Float>, rows: Int, headCount: Int, keyValueHeadCount: Int,
    headDimension: Int, rotaryDimension: Int, interleaved: Bool, cosines: UnsafePointer<Float>,
    sines: UnsafePointer<Float>, layerOffset: Int, format: KeyValueFormat = .float32,
    blocks: UnsafePointer<Attention.BlockTable?>, positions: UnsafePointer<Int32>
  ) {
    self.queries = queries
    self.keys = keys
    self.values = values
    self.rows = rows
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headDimension = headDimension
    self.rotaryDimension = rotaryDimension
    self.interleaved = interleaved
    self.cosines = cosines
    self.sines = sines
    self.layerOffset = layerOffset
    self.format = format
    self.blocks = blocks
    self.positions = positions
  }
}

extension KeyValuePlacement {
  /// The same of the next row.
  package mutating func advance() {
    queries += headCount * headDimension
    keys += keyValueHeadCount * headDimension
    values += keyValueHeadCount * headDimension
    blocks += 1
    positions += 1
    if let scales = queryScales { queryScales = scales + 1 }
  }
}

extension ComputePool {
  /// Places rows.
  package func place(_ placement: KeyValuePlacement) {
    var job = ck_placement(
      queries: placement.queries, keys: placement.keys, values: placement.values,
      rows: Int32(placement.rows), heads: Int32(placement.headCount),
      kv_heads: Int32(placement.keyValueHeadCount), head_dim: Int32(placement.headDimension),
      padded_head_dim: Int32(Attention.paddedHeadDimension(placement.headDimension)),
      rotary_dim: Int32(placement.rotaryDimension), interleaved: placement.interleaved,
      cache: placement.format.ckCache, cosines: placement.cosines, sines: placement.sines,
      query_norm: placement.queryNorm?.ckNorm ?? ck_norm(),
      key_norm: placement.keyNorm?.ckNorm ?? ck_norm(),
      head_norm: placement.headNorm.ckHeadNorm, norm_last: placement.normalizesLast,
      query_scales: placement.queryScales,
      layer_offset: Int64(placement.layerOffset), blocks: placement.blocks,
      positions: placement.positions)
    ck_pool_place(pool, table, &job)
  }
}
