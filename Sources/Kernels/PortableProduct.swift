/// Products of vectors outside a forward pass, with the same bits on every machine.
package enum PortableProduct {
  /// Σ xᵢ yᵢ: 8 lanes in float32 over 512 elements at a time, these in double.
  package static func dot(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int
  ) -> Double {
    let (x, y) = (UnsafeRawPointer(x), UnsafeRawPointer(y))
    var total = 0.0
    var start = 0
    let whole = count & ~7
    while start < whole {
      let end = min(start &+ 512, whole)
      var sum = SIMD8<Float>(repeating: 0)
      while start < end {
        sum +=
          x.loadUnaligned(fromByteOffset: start &* 4, as: SIMD8<Float>.self)
          * y.loadUnaligned(fromByteOffset: start &* 4, as: SIMD8<Float>.self)
        start &+= 8
      }
      for lane in 0..<8 { total += Double(sum[lane]) }
    }
    for index in whole..<count {
      total +=
        Double(x.load(fromByteOffset: index &* 4, as: Float.self))
        * Double(y.load(fromByteOffset: index &* 4, as: Float.self))
    }
    return total
  }
}
