import CKernels

/// How a vector is normalised: x / √(mean(x²) + ε) · weight; centred (LayerNorm): the same of x less its mean, plus the
/// bias. The owner keeps the memory alive.
package struct Norm {
  /// One factor for each element.
  package var weight: UnsafePointer<Float>
  /// Added at the end; read where the norm is centred.
  package var bias: UnsafePointer<Float>?
  /// ε.
  package var epsilon: Float
  /// Whether the mean is taken off first.
  package var isCentred: Bool

  /// A norm with every field given.
  package init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, epsilon: Float,
    isCentred: Bool = false
  ) {
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
    self.isCentred = isCentred
  }

  var ckNorm: ck_norm {
    ck_norm(weight: weight, bias: bias, epsilon: epsilon, centred: isCentred)
  }
}

/// What is between the two products of a feed-forward layer.
package enum Activation: CaseIterable, Sendable {
  /// x / (1 + exp(−x))
  case silu
  /// x / 2 (1 + erf(x / √2))
  case gelu
  /// x / 2 (1 + tanh(√(2/π) (x + 0.044715 x³)))
  case geluTanh
  /// max(x, 0)
  case relu
  /// max(x, 0)²
  case reluSquared

  var ckActivation: ck_activation {
    switch self {
    case .silu: CK_SILU
    case .gelu: CK_GELU
    case .geluTanh: CK_GELU_TANH
    case .relu: CK_RELU
    case .reluSquared: CK_RELU_SQUARED
    }
  }
}

extension ComputePool {
  /// The norm of one row; `out` may be `x`.
  package func normalize(
    _ x: UnsafePointer<Float>, _ norm: Norm, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    var norm = norm.ckNorm
    table.pointee.normalize(&norm, x, Int64(count), out)
  }

  /// x = activation(x), times `up` where there is one.
  package func activate(
    _ x: UnsafeMutablePointer<Float>, _ activation: Activation, up: UnsafePointer<Float>? = nil,
    count: Int
  ) {
    table.pointee.activate(activation.ckActivation, x, up, Int64(count))
  }

  /// residual += `scale` · norm(x), row by row, as one job; `x` is changed in place.
  package func add(
    _ x: UnsafeMutablePointer<Float>, _ norm: Norm?, scale: Float, rows: Int, columns: Int,
    to residual: UnsafeMutablePointer<Float>
  ) {
    var job = ck_residual(
      residual: residual, x: x, rows: Int64(rows), columns: Int64(columns),
      norm: norm?.ckNorm ?? ck_norm(), scale: scale)
    ck_pool_add(pool, table, &job)
  }

  /// y += `scale` · x, element by element.
  package func addScaled(
    _ x: UnsafePointer<Float>, scale: Float, count: Int, to y: UnsafeMutablePointer<Float>
  ) {
    table.pointee.add_scaled(y, x, scale, Int64(count))
  }

  /// x = cap · tanh(x · scale / cap), element by element; without a cap (0) x · scale.
  package func scaleAndCap(
    _ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int, scale: Float, cap: Float
  ) {
    ck_pool_scale_and_cap(pool, table, x, Int64(rows), Int64(columns), scale, cap)
  }
}
