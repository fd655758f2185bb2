import CKernels

/// What the blocks of a cache hold keys and values in, and how a head lies in a block.
package enum KeyValueFormat: CaseIterable, Sendable {
  /// Floats.
  case float32
  /// Half floats.
  case float16
  /// Bytes from -127 to 127, with a float scale for each 32 elements of a key, or of a value.
  case int8

  /// A part of a head: cells of as many bytes, `[rowCount, Attention.blockPositions]`.
  package struct Part: Sendable {
    /// Bytes from the head's start.
    package let offset: Int
    /// Rows of one cell for each position.
    package let rowCount: Int
    /// Bytes of a cell.
    package let cellBytes: Int
  }

  /// Keys `[headDimension, positions]` and values `[positions, paddedHeadDimension]`, each followed by its scales
  /// `[headDimension / 32, positions]` where there are any.
  package func parts(headDimension: Int) -> [Part] {
    let layout = layout(headDimension)
    let (size, groups) = (Int(layout.element_bytes), Int(layout.groups))
    let padded = Attention.paddedHeadDimension(headDimension)
    return [
      Part(offset: 0, rowCount: headDimension, cellBytes: size),
      Part(offset: Int(layout.key_scales), rowCount: groups, cellBytes: 4),
      Part(offset: Int(layout.values), rowCount: 1, cellBytes: padded * size),
      Part(offset: Int(layout.value_scales), rowCount: groups, cellBytes: 4),
    ]
  }

  /// Bytes of one head's keys and values in a block.
  package func headBytes(headDimension: Int) -> Int { Int(layout(headDimension).bytes) }

  private func layout(_ headDimension: Int) -> ck_head_layout {
    ck_layout_of_head(
      ckCache, Int64(headDimension), Int64(Attention.paddedHeadDimension(headDimension)))
  }

  var ckCache: ck_cache {
    switch self {
    case .float32: CK_CACHE_F32
    case .float16: CK_CACHE_F16
    case .int8: CK_CACHE_INT8
    }
  }
}
