import CKernels

/// How the input of a product is made, a row at a time, just before it is multiplied with: what follows then finds it in
/// cache, and threads meet once less.
package enum Preparation {
  /// The norm of `input`, `[rows, columns]`, written to `x`, the product's own.
  case norm(of: UnsafePointer<Float>, Norm, into: UnsafeMutablePointer<Float>)
  /// activation(x), times `up` where there is one, in place; `up`: `[rows, columns]`.
  case activation(Activation, UnsafeMutablePointer<Float>, up: UnsafePointer<Float>?)

  var ckPreparation: ck_preparation {
    var preparation = ck_preparation()
    switch self {
    case .norm(let input, let norm, let x):
      preparation.x = x
      preparation.norm_input = input
      preparation.norm = norm.ckNorm
    case .activation(let activation, let x, let up):
      preparation.x = x
      preparation.activation = activation.ckActivation
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
