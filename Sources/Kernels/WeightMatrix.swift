import CKernels

/// How a weight matrix is stored. Layouts are ggml's; see `Shared/dequantize.inc`.
package enum StorageType: CaseIterable, Sendable {
  case float32, float16, bfloat16, q4_0, q4_1, q5_0, q5_1, q8_0, q2_K, q3_K, q4_K, q5_K, q6_K,
    iq4_NL

  /// The number that `CKernels.h` gives the type.
  package var number: UInt32 { ckType.rawValue }

  /// The kernels' own name, so that numbers stand in `CKernels.h` alone.
  var ckType: ck_type {
    switch self {
    case .float32: CK_F32
    case .float16: CK_F16
    case .bfloat16: CK_BF16
    case .q4_0: CK_Q4_0
    case .q4_1: CK_Q4_1
    case .q5_0: CK_Q5_0
    case .q5_1: CK_Q5_1
    case .q8_0: CK_Q8_0
    case .q2_K: CK_Q2_K
    case .q3_K: CK_Q3_K
    case .q4_K: CK_Q4_K
    case .q5_K: CK_Q5_K
    case .q6_K: CK_Q6_K
    case .iq4_NL: CK_IQ4_NL
    }
  }
}

/// A weight matrix as it lies in memory, as in a file or packed (``PackedMatrix``): y = W x. The owner keeps the bytes
/// alive and has checked their number.
package struct WeightMatrix {
  /// The first row.
  package var data: UnsafeRawPointer
  /// Elements of y.
  package var rows: Int
  /// Elements of x; a multiple of the type's block.
  package var columns: Int
  /// From one row to the next; means nothing for a packed matrix.
  package var rowBytes: Int
  /// How elements are stored, or were before they were packed.
  package var type: StorageType
  let packing: ck_packing

  /// A view of `rows` × `columns` elements at `data`.
  package init(data: UnsafeRawPointer, rows: Int, columns: Int, rowBytes: Int, type: StorageType) {
    self.data = data
    self.rows = rows
    self.columns = columns
    self.rowBytes = rowBytes
    self.type = type
    packing = CK_UNPACKED
  }

  /// A view of a packed matrix.
  init(packed data: UnsafeRawPointer, rows: Int, columns: Int, type: StorageType) {
    self.data = data
    self.rows = rows
    self.columns = columns
    self.type = type
    rowBytes = 0
    packing = ck_packing_for(type.ckType)
  }

  /// Whether the matrix is packed, for products of integers.
  package var isPacked: Bool { packing != CK_UNPACKED }

  var ckMatrix: ck_matrix {
    ck_matrix(
      data: data, rows: Int64(rows), columns: Int64(columns), row_bytes: Int64(rowBytes),
      type: type.ckType, packing: packing)
  }
}

/// One product of a multiplication: out[r, :] = W x[r, :], plus a bias, plus what `out` held.
package struct Product {
  /// W.
  package var weight: WeightMatrix
  /// Added to each row; `weight.rows` elements.
  package var bias: UnsafePointer<Float>?
  /// `[rows of x, stride]`.
  package var out: UnsafeMutablePointer<Float>
  /// From one row of `out` to the next.
  package var outStride: Int
  /// Whether the product is added to what `out` holds (a residual connection).
  package var accumulates: Bool

  /// A product into `out`.
  package init(
    _ weight: WeightMatrix, bias: UnsafePointer<Float>? = nil,
    into out: UnsafeMutablePointer<Float>,
    outStride: Int, accumulates: Bool = false
  ) {
    self.weight = weight
    self.bias = bias
    self.out = out
    self.outStride = outStride
    self.accumulates = accumulates
  }

  var ckProduct: ck_product {
    ck_product(
      weight: weight.ckMatrix, bias: bias, out: out, out_stride: Int64(outStride),
      accumulate: accumulates)
  }
}
