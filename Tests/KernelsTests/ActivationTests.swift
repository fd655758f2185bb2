import Foundation
import Kernels
import Testing

/// Activations, LayerNorm and soft caps: against their formulas in double precision, and every instruction set against the
/// others.
@Suite struct ActivationTests {
  private static let inputs: [Float] =
    (0..<401).map { Float($0 - 200) * 0.061 } + [-1e30, -100, -0.0, 1e-20, 100, 1e30]

  private static func expected(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .silu: x / (1 + exp(-x))
    case .gelu: x / 2 * erfc(-x / 2.0.squareRoot())
    case .geluTanh:
      x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .relu: max(x, 0)
    case .reluSquared: max(x, 0) * max(x, 0)
    }
  }

  @Test(arguments: instructionSets, Activation.allCases)
  func activationsAreTheirFormulas(_ set: InstructionSet, _ activation: Activation) throws {
    let pool = try ComputePool.make(set)
    for hasUp in [false, true] {
      var x = Self.inputs.filter { activation != .reluSquared || abs($0) < 1e15 }
      let before = x
      let up = before.indices.map { Float($0 % 7) * 0.5 - 1 }
      try up.withUnsafeBufferPointer { up in
        let address = try #require(up.baseAddress)
        pool.activate(&x, activation, up: hasUp ? address : nil, count: x.count)
      }
      for index in x.indices {
        let factor = hasUp ? Double(up[index]) : 1
        let wanted = Self.expected(activation, Double(before[index])) * factor
        #expect(
          abs(Double(x[index]) - wanted) <= 1e-6 * abs(wanted) + 6e-7,
          "\(before[index]): \(x[index]), not \(wanted)")
      }
    }
    var missing: [Float] = [.nan, 1]
    pool.activate(&missing, activation, count: 2)
    #expect(missing[0].isNaN)
  }

  @Test(arguments: instructionSets, [1, 15, 16, 17, 64, 100, 576])
  func layerNormTakesTheMeanOff(_ set: InstructionSet, _ count: Int) throws {
    var noise = Noise(seed: UInt64(count))
    let x = noise.floats(count).map { $0 * 3 + 5 }
    let (weight, bias) = (noise.floats(count), noise.floats(count))
    var out = [Float](repeating: 0, count: count)
    try weight.withUnsafeBufferPointer { weight in
      try bias.withUnsafeBufferPointer { bias in
        try ComputePool.make(set).normalize(
          x,
          Norm(
            weight: try #require(weight.baseAddress), bias: try #require(bias.baseAddress),
            epsilon: 1e-5, isCentred: true), count: count, into: &out)
      }
    }
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(count)
    let variance = x.reduce(0.0) { $0 + pow(Double($1) - mean, 2) } / Double(count)
    for index in 0..<count {
      let wanted =
        (Double(x[index]) - mean) / (variance + 1e-5).squareRoot() * Double(weight[index])
        + Double(bias[index])
      #expect(abs(Double(out[index]) - wanted) < 1e-5)
    }
  }

  @Test(arguments: instructionSets, [Float(0), 30])
  func softCapsAreHyperbolicTangents(_ set: InstructionSet, _ cap: Float) throws {
    let before = Self.inputs.filter { abs($0) < 1e5 }.map { $0 * 5 }
    var x = before
    try ComputePool.make(set).scaleAndCap(&x, rows: 1, columns: x.count, scale: 1.5, cap: cap)
    for index in x.indices {
      let scaled = Double(before[index]) * 1.5
      let wanted = cap > 0 ? Double(cap) * tanh(scaled / Double(cap)) : scaled
      #expect(abs(Double(x[index]) - wanted) <= 4e-7 * abs(wanted))
    }
  }

  /// Every build with fused multiply-add computes the same bits; the generic one rounds more often.
  @Test func instructionSetsAgree() throws {
    let sets = instructionSets.filter { $0.name != "generic" }
    for activation in Activation.allCases {
      let results = try sets.map { set in
        var x = Self.inputs
        try ComputePool.make(set).activate(&x, activation, count: x.count)
        try ComputePool.make(set).scaleAndCap(&x, rows: 1, columns: x.count, scale: 0.3, cap: 7)
        return x.map(\.bitPattern)
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }
  }

  /// What is added to a row doesn't depend on the rows beside it, nor on the threads.
  @Test func rowsAreAddedAloneOrTogether() throws {
    let (rows, columns) = (37, 100)
    var noise = Noise(seed: 5)
    let (start, x, weight) = (
      noise.floats(rows * columns), noise.floats(rows * columns), noise.floats(columns)
    )
    func add(_ set: InstructionSet, threads: Int, by step: Int) throws -> [UInt32] {
      let pool = try ComputePool(
        instructionSet: set, threadCount: threads, maximumColumns: columns)
      var (residual, input) = (start, x)
      try weight.withUnsafeBufferPointer { weight in
        let norm = Norm(weight: try #require(weight.baseAddress), epsilon: 1e-5)
        try residual.withUnsafeMutableBufferPointer { residual in
          try input.withUnsafeMutableBufferPointer { input in
            let (to, from) = (
              try #require(residual.baseAddress), try #require(input.baseAddress)
            )
            for row in stride(from: 0, to: rows, by: step) {
              pool.add(
                from + row * columns, norm, scale: 0.7, rows: min(step, rows - row),
                columns: columns, to: to + row * columns)
            }
          }
        }
      }
      return residual.map(\.bitPattern)
    }
    for set in instructionSets {
      let alone = try add(set, threads: 1, by: 1)
      #expect(try add(set, threads: 2, by: rows) == alone)
      #expect(try add(set, threads: 3, by: 5) == alone)
    }
  }
}
