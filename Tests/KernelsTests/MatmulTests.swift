import COpenBLAS
import Kernels
import Testing

@Suite struct MatmulTests {
  /// Shapes that meet every tile, every remainder of a tile, and tails that are no whole vector.
  static let shapes: [(rows: Int, columns: Int, outputs: Int)] = [
    (1, 16, 1), (1, 576, 1536), (2, 64, 7), (3, 40, 50), (4, 33, 6), (5, 1, 3), (7, 129, 101),
    (9, 576, 97),
    (31, 17, 13), (64, 256, 48), (67, 100, 49), (6, 2091, 7),
  ]

  @Test(arguments: instructionSets, shapes.indices)
  func agreesWithOpenBLAS(_ set: InstructionSet, _ shape: Int) throws {
    let (rows, columns, outputs) = Self.shapes[shape]
    var noise = Noise(seed: UInt64(shape))
    let x = noise.floats(rows * columns)
    let weights = noise.floats(outputs * columns)
    let ours = try ComputePool.make(set).product(
      x: x, rows: rows, weights: weights, columns: columns)
    var theirs = [Float](repeating: 0, count: rows * outputs)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(columns), 1, x,
      Int32(columns), weights, Int32(columns), 0, &theirs, Int32(outputs))
    // Both sum `columns` products of numbers below 1; each sum is off by a few units of its partial sums.
    let tolerance = Float(columns) * 2e-7 + 1e-6
    for (a, b) in zip(ours, theirs) { #expect(abs(a - b) <= tolerance) }
  }

  @Test(arguments: instructionSets)
  func aRowIsTheSameBitsAloneAndAmongOthers(_ set: InstructionSet) throws {
    var noise = Noise(seed: 7)
    let (rows, columns, outputs) = (37, 200, 131)
    let x = noise.floats(rows * columns)
    let weights = noise.floats(outputs * columns)
    let pool = try ComputePool.make(set)
    let together = pool.product(x: x, rows: rows, weights: weights, columns: columns)
    for row in 0..<rows {
      let alone = pool.product(
        x: Array(x[row * columns..<(row + 1) * columns]), rows: 1, weights: weights,
        columns: columns)
      #expect(
        alone.map(\.bitPattern) == together[row * outputs..<(row + 1) * outputs].map(\.bitPattern))
    }
  }

  @Test(arguments: instructionSets)
  func theNumberOfThreadsChangesNothing(_ set: InstructionSet) throws {
    var noise = Noise(seed: 8)
    let (rows, columns, outputs) = (19, 144, 1000)
    let x = noise.floats(rows * columns)
    let weights = noise.floats(outputs * columns)
    let one = try ComputePool.make(set).product(
      x: x, rows: rows, weights: weights, columns: columns)
    for threads in [2, 3, 5] {
      let many = try ComputePool.make(set, threads: threads).product(
        x: x, rows: rows, weights: weights, columns: columns)
      #expect(many.map(\.bitPattern) == one.map(\.bitPattern))
    }
  }

  @Test func instructionSetsWithFusedMultiplyAddAgreeBitForBit() throws {
    guard let first = fusedInstructionSets.first else { return }
    var noise = Noise(seed: 9)
    for (rows, columns, outputs) in Self.shapes {
      let x = noise.floats(rows * columns)
      let weights = noise.floats(outputs * columns)
      let expected = try ComputePool.make(first).product(
        x: x, rows: rows, weights: weights, columns: columns)
      for set in fusedInstructionSets.dropFirst() {
        let other = try ComputePool.make(set).product(
          x: x, rows: rows, weights: weights, columns: columns)
        #expect(other.map(\.bitPattern) == expected.map(\.bitPattern), "\(set)")
      }
    }
  }

  @Test(arguments: instructionSets)
  func biasAndResidualAreAdded(_ set: InstructionSet) throws {
    var noise = Noise(seed: 10)
    let (rows, columns, outputs) = (6, 48, 20)
    let x = noise.floats(rows * columns)
    let weights = noise.floats(outputs * columns)
    let bias = noise.floats(outputs)
    let residual = noise.floats(rows * outputs)
    let pool = try ComputePool.make(set)
    let plain = pool.product(x: x, rows: rows, weights: weights, columns: columns)
    let full = pool.product(
      x: x, rows: rows, weights: weights, columns: columns, bias: bias, accumulatingOnto: residual)
    for row in 0..<rows {
      for column in 0..<outputs {
        let index = row * outputs + column
        #expect(full[index] == residual[index] + (plain[index] + bias[column]))
      }
    }
  }

  @Test(arguments: instructionSets)
  func threeProductsAtOnceAreThreeProducts(_ set: InstructionSet) throws {
    var noise = Noise(seed: 11)
    let (rows, columns) = (5, 96)
    let x = noise.floats(rows * columns)
    let matrices = [70, 30, 50].map { noise.floats($0 * columns) }
    let pool = try ComputePool.make(set, threads: 2)
    let apart = matrices.map { pool.product(x: x, rows: rows, weights: $0, columns: columns) }
    let outs = try matrices.map { try AlignedBuffer<Float>(count: rows * $0.count / columns) }
    matrices[0].withUnsafeBytes { first in
      matrices[1].withUnsafeBytes { second in
        matrices[2].withUnsafeBytes { third in
          let products = zip([first, second, third], outs).compactMap { bytes, out in
            bytes.baseAddress.map {
              Product(
                WeightMatrix(
                  data: $0, rows: out.count / rows, columns: columns, rowBytes: columns * 4,
                  type: .float32),
                into: out.pointer, outStride: out.count / rows)
            }
          }
          pool.multiply(x, rows: rows, stride: columns, products[0], products[1], products[2])
        }
      }
    }
    for (out, expected) in zip(outs, apart) { #expect(Array(out.elements) == expected) }
  }
}
