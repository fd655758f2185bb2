extension LogitRow {
  /// Calls `body` with each eight logits and the index of the first; the last eight are filled up with −∞.
  @inline(__always)
  static func forEachVector(
    of row: UnsafeBufferPointer<Float>, _ body: (Int, SIMD8<Float>) -> Void
  ) {
    guard let base = row.baseAddress else { return }
    let raw = UnsafeRawPointer(base)
    let whole = row.count & ~7
    var start = 0
    while start < whole {
      body(start, raw.loadUnaligned(fromByteOffset: start &* 4, as: SIMD8<Float>.self))
      start &+= 8
    }
    if whole < row.count {
      var rest = SIMD8<Float>(repeating: -.infinity)
      for index in whole..<row.count { rest[index - whole] = row[index] }
      body(whole, rest)
    }
  }

  /// exp *x* for *x* ≤ 0, to about one unit in the last place; 0 below −87.
  ///
  /// *x* = *n* ln 2 + *r* with |*r*| ≤ ½ ln 2, and exp *r* by its Taylor series: the first term left out is below
  /// 2^-27. The same formula, and the same bits, as `plain_exp16` of `Shared/logits.inc`; the kernels' other exp, of
  /// attention and activations, is fused where the processor can, which this one must not be.
  @inline(__always)
  static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // Adding 1.5 · 2^23 leaves the rounded integer in the low bits.
    let shift = SIMD8<Float>(repeating: 12_582_912)
    let shifted = x * 1.442_695_04 + shift
    let n = shifted - shift
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    var sum = SIMD8<Float>(repeating: 1 / 5040)
    sum = sum * r + 1 / 720
    sum = sum * r + 1 / 120
    sum = sum * r + 1 / 24
    sum = sum * r + 1 / 6
    sum = sum * r + 0.5
    sum = sum * (r * r) + r + 1
    let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self)
    let power = unsafeBitCast((bits &+ 127) &<< 23, to: SIMD8<Float>.self)
    return (sum * power).replacing(with: 0, where: x .< -87)
  }

  /// A sum of vectors: float lanes for up to eight vectors, then into doubles.
  struct BlockedSum {
    private var block = SIMD8<Float>(repeating: 0)
    private var filled = 0
    private var low = SIMD4<Double>(repeating: 0)
    private var high = SIMD4<Double>(repeating: 0)

    @inline(__always)
    mutating func add(_ values: SIMD8<Float>) {
      block += values
      filled &+= 1
      if filled == 8 { flush() }
    }

    @inline(__always)
    private mutating func flush() {
      low += SIMD4<Double>(
        Double(block[0]), Double(block[1]), Double(block[2]), Double(block[3]))
      high += SIMD4<Double>(
        Double(block[4]), Double(block[5]), Double(block[6]), Double(block[7]))
      block = SIMD8(repeating: 0)
      filled = 0
    }

    var total: Double {
      var copy = self
      copy.flush()
      return (copy.low + copy.high).sum()
    }
  }
}
