import Foundation
import Kernels
import Testing

@Suite struct ElementwiseTests {
  @Test(arguments: instructionSets, [1, 15, 16, 17, 64, 100, 576])
  func rmsNormDividesByTheRootMeanSquare(_ set: InstructionSet, _ count: Int) throws {
    var noise = Noise(seed: UInt64(count))
    let x = noise.floats(count)
    let weight = noise.floats(count)
    var out = [Float](repeating: 0, count: count)
    try ComputePool.make(set).rmsNorm(x, weight: weight, epsilon: 1e-5, count: count, into: &out)
    let meanSquare = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
    for i in 0..<count {
      let expected = Double(x[i]) / (meanSquare + 1e-5).squareRoot() * Double(weight[i])
      #expect(abs(Double(out[i]) - expected) < 2e-6)
    }
  }

  @Test(arguments: instructionSets, [1, 16, 37])
  func siluMultiplyMatchesTheFormula(_ set: InstructionSet, _ count: Int) throws {
    var gate = (0..<count).map { Float($0 - count / 2) * 7.3 + 0.4 }
    let before = gate
    let up = (0..<count).map { Float($0) * 0.11 - 1 }
    try ComputePool.make(set).siluMultiply(&gate, up, count: count)
    for i in 0..<count {
      let expected = Double(before[i]) / (1 + exp(-Double(before[i]))) * Double(up[i])
      #expect(abs(Double(gate[i]) - expected) <= abs(expected) * 1e-6 + 1e-7)
    }
  }

  @Test(arguments: instructionSets, [8, 32, 72])
  func rotationTurnsPairsAndKeepsTheirLength(_ set: InstructionSet, _ turned: Int) throws {
    for interleaved in [false, true] { try expectRotation(set, turned, interleaved) }
  }

  private func expectRotation(_ set: InstructionSet, _ turned: Int, _ interleaved: Bool) throws {
    let (heads, dimension) = (3, turned + 4)
    var noise = Noise(seed: 3)
    let x = noise.floats(heads * dimension)
    let angles = noise.floats(turned / 2).map { $0 * 3 }
    var out = x
    try ComputePool.make(set).rotate(
      &out, heads: heads, headDimension: dimension, dimension: turned, interleaved: interleaved,
      cosines: angles.map { cos($0) }, sines: angles.map { sin($0) })
    for head in 0..<heads {
      let base = head * dimension
      for pair in 0..<turned / 2 {
        let (a, b) =
          interleaved
          ? (base + 2 * pair, base + 2 * pair + 1) : (base + pair, base + pair + turned / 2)
        let (cosine, sine) = (cos(angles[pair]), sin(angles[pair]))
        #expect(abs(out[a] - (x[a] * cosine - x[b] * sine)) < 1e-6)
        #expect(abs(out[b] - (x[b] * cosine + x[a] * sine)) < 1e-6)
      }
      for i in turned..<dimension { #expect(out[base + i] == x[base + i]) }
    }
  }

  @Test(arguments: instructionSets, [1, 16, 33])
  func anyNumberThatIsNotFiniteIsFound(_ set: InstructionSet, _ count: Int) throws {
    let pool = try ComputePool.make(set)
    var x = [Float](repeating: 1, count: count)
    #expect(pool.allFinite(x, count: count))
    for bad in [Float.nan, .infinity, -.infinity] {
      for i in 0..<count {
        x[i] = bad
        #expect(!pool.allFinite(x, count: count))
        x[i] = 1
      }
    }
  }

  @Test func anUnknownInstructionSetIsRefused() {
    #expect(throws: KernelError.unsupportedInstructionSet("avx9")) {
      try InstructionSet(named: "avx9")
    }
  }

  @Test(arguments: instructionSets, [1, 15, 16, 63, 64, 100, 1000])
  func sumsOfExponentialsAreTheSameBitsOnEveryProcessor(_ set: InstructionSet, _ count: Int) throws
  {
    var noise = Noise(seed: UInt64(count))
    var row = noise.floats(count).map { $0 * 60 }
    row[count / 2] = -.infinity
    func sum(_ set: InstructionSet, _ maximum: Float) -> Double {
      row.withUnsafeBufferPointer { LogitRow.sumOfExponentials(of: $0, maximum: maximum, on: set) }
    }
    let (maximum, isOrdered) = row.withUnsafeBufferPointer { LogitRow.maximum(of: $0, on: set) }
    #expect(maximum == row.max() && isOrdered)
    let reference = row.reduce(0.0) { $0 + exp(Double($1 - max(maximum, -100))) }
    #expect(abs(sum(set, max(maximum, -100)) - reference) <= 1e-6 * reference)
    #expect(sum(set, 60) == sum(instructionSets[0], 60))
    row[count - 1] = .nan
    #expect(!row.withUnsafeBufferPointer { LogitRow.maximum(of: $0, on: set).isOrdered })
  }

  @Test(arguments: instructionSets, [1, 15, 63, 64, 65, 255, 256, 257, 1000])
  func blockMaximaAreThoseOfTheirBlocks(_ set: InstructionSet, _ count: Int) {
    var row = (0..<count).map { Float(($0 * 7919) % 1009) - 500 }
    row[count / 2] = -.infinity
    let size = LogitRow.maximumBlock
    var maxima = [Float](repeating: .nan, count: (count + size - 1) / size + 1)
    let blocks = row.withUnsafeBufferPointer { row in
      maxima.withUnsafeMutableBufferPointer { LogitRow.blockMaxima(of: row, into: $0, on: set) }
    }
    let expected = stride(from: 0, to: count, by: size).map { start in
      row[start..<min(start + size, count)].max() ?? .nan
    }
    #expect(blocks == expected.count)
    #expect(Array(maxima[..<blocks]) == expected)
    #expect(maxima[blocks].isNaN)
  }
}
