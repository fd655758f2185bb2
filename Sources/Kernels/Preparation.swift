import CKernels

/// How the input of a product is made, a row at a time, just before it is multiplied with: what follows then finds it in
/// cache, and threads meet once less.
package enum Preparation {
  /// The norm of `input`, `[rows, columns]`: x / √(mean(x²) + ε) · weight, written to `x`, the product's own.
  case norm(
    of: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float,
    into: UnsafeMutablePointer<Float>)
  /// SiLU(x) · up, in place; `up`: `[rows, columns]`.
  case gate(UnsafeMutablePointer<Float>, up: UnsafePointer<Float>)

  var ckPreparation: ck_preparation {
    var preparation = ck_preparation()
    switch self {
    case .norm(let input, let weight, let epsilon, let x):
      preparation.x = x
      preparation.norm_input = input
      preparation.norm_weight = weight
      preparation.epsilon = epsilon
    case .gate(let x, let up):
      preparation.x = x
      preparation.up = up
    }
    return preparation
  }
}

extension ck_preparation {
  /// Moves on by `rows` rows.
  mutating func advance(by rows: Int, stride: Int, columns: Int) {
    x = x.map { $0 + rows * stride }
    norm_input = norm_input.map { $0 + rows * columns }
    up = up.map { $0 + rows * columns }
  }
}
