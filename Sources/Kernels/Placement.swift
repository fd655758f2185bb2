import CKernels

/// What comes before the attention of one layer: heads are normalised where the model does so, queries and keys turned
/// by their positions, keys and values stored in their sequences' blocks (``Attention``).
package struct Placement {
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
  /// Elements of a head that are turned.
  package var rotaryDimension: Int
  /// Whether neighbours make a pair, not elements half a head apart.
  package var interleaved: Bool
  /// Cosines of the angles, `[positions, rotaryDimension / 2]`.
  package var cosines: UnsafePointer<Float>
  /// Sines of the angles.
  package var sines: UnsafePointer<Float>
  /// Elements from a block's start to the layer.
  package var layerOffset: Int
  /// Whether blocks hold half floats, not floats.
  package var holdsHalves: Bool
  /// For each row, its sequence's blocks.
  package var blocks: UnsafePointer<Attention.BlockTable?>
  /// For each row, its position.
  package var positions: UnsafePointer<Int32>

  /// Describes the rows of one layer.
  package init(
    queries: UnsafeMutablePointer<Float>, keys: UnsafeMutablePointer<Float>,
    values: UnsafePointer<Float>, rows: Int, headCount: Int, keyValueHeadCount: Int,
    headDimension: Int, rotaryDimension: Int, interleaved: Bool, cosines: UnsafePointer<Float>,
    sines: UnsafePointer<Float>, layerOffset: Int, holdsHalves: Bool = false,
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
    self.holdsHalves = holdsHalves
    self.blocks = blocks
    self.positions = positions
  }
}

extension ComputePool {
  /// Places rows.
  ///
  /// - Parameters:
  ///   - queryNorm, keyNorm: weights of each head's norm, `[headDimension]`, where the model has one.
  package func place(
    _ placement: Placement, queryNorm: UnsafePointer<Float>? = nil,
    keyNorm: UnsafePointer<Float>? = nil, epsilon: Float = 0
  ) {
    var job = ck_placement(
      queries: placement.queries, keys: placement.keys, values: placement.values,
      rows: Int32(placement.rows), heads: Int32(placement.headCount),
      kv_heads: Int32(placement.keyValueHeadCount), head_dim: Int32(placement.headDimension),
      padded_head_dim: Int32(Attention.paddedHeadDimension(placement.headDimension)),
      rotary_dim: Int32(placement.rotaryDimension), interleaved: placement.interleaved,
      halves: placement.holdsHalves, cosines: placement.cosines, sines: placement.sines,
      query_norm: queryNorm, key_norm: keyNorm, epsilon: epsilon,
      layer_offset: Int64(placement.layerOffset), blocks: placement.blocks,
      positions: placement.positions)
    runPlacement(&job)
  }
}
