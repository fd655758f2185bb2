import Kernels

/// Vectors that others are compared with by the cosine of the angle between them.
///
/// Grows at its end and copies nothing that it was given in pieces. Every sum is taken in one fixed order.
struct SimilarityContext: Sendable {
  /// Vectors that came in pieces, `[count, size]` each, with 1 / length of each vector.
  private var pieces: [(vectors: [Float], scales: [Double])] = []
  /// Vectors that came one by one, `[count, size]`.
  private var vectors: [Float] = []
  /// 1 / length of each of these.
  private var scales: [Double] = []

  /// Adds the vectors of `piece`, which is shared and not copied.
  mutating func append(_ piece: [Float], size: Int) {
    let scales = (0..<piece.count / max(1, size)).map { Self.scale($0, of: piece, size: size) }
    pieces.append((piece, scales))
  }

  /// Adds one vector, the one at `row` of `vectors`.
  mutating func append(_ row: Int, of vectors: [Float], size: Int) {
    scales.append(Self.scale(row, of: vectors, size: size))
    self.vectors.append(contentsOf: vectors[row * size..<(row + 1) * size])
  }

  /// Finds the greatest cosine of each of `others` (`[count, size]`) with any vector of the context.
  ///
  /// - Complexity: O(context · others · size); the context is read once.
  func measure(_ others: [Float], size: Int, into similarities: inout [Double]) {
    let count = others.count / max(1, size)
    similarities.removeAll(keepingCapacity: true)
    for _ in 0..<count { similarities.append(-.infinity) }
    for piece in pieces {
      measure(others, size: size, with: piece.vectors, scales: piece.scales, into: &similarities)
    }
    measure(others, size: size, with: vectors, scales: scales, into: &similarities)
    for row in 0..<count { similarities[row] *= Self.scale(row, of: others, size: size) }
  }

  /// Raises `similarities` to the greatest products of `others` with the context's vectors of length 1.
  private func measure(
    _ others: [Float], size: Int, with vectors: [Float], scales: [Double],
    into similarities: inout [Double]
  ) {
    others.withUnsafeBufferPointer { others in
      vectors.withUnsafeBufferPointer { vectors in
        guard let otherBase = others.baseAddress, let base = vectors.baseAddress else { return }
        for (index, scale) in scales.enumerated() {
          for row in similarities.indices {
            let product = PortableProduct.dot(
              base + index * size, otherBase + row * size, count: size)
            similarities[row] = max(similarities[row], product * scale)
          }
        }
      }
    }
  }

  /// 1 / the length of a vector; 0 for one of length 0, which is like nothing then.
  private static func scale(_ row: Int, of vectors: [Float], size: Int) -> Double {
    vectors.withUnsafeBufferPointer { vectors in
      guard let base = vectors.baseAddress else { return 0 }
      let square = PortableProduct.dot(base + row * size, base + row * size, count: size)
      return square > 0 ? 1 / square.squareRoot() : 0
    }
  }
}
