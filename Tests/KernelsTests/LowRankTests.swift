import Kernels
import Testing

@Suite struct LowRankTests {
  /// Runs one update over some rows of `out`, `[rows, outputs]`.
  private func apply(
    _ pool: ComputePool, x: [Float], inputs: Int, to out: inout [Float], outputs: Int,
    rows: [Int32], down: [Float], up: [Float], upBias: [Float]? = nil, gain: [Float]? = nil,
    bias: [Float]? = nil, scale: Float
  ) throws {
    func buffer(_ floats: [Float]) throws -> AlignedBuffer<Float> {
      let buffer = try AlignedBuffer<Float>(count: floats.count)
      for (index, value) in floats.enumerated() { buffer.pointer[index] = value }
      return buffer
    }
    let buffers = try [x, out, down, up].map(buffer)
    let vectors = try [upBias, gain, bias].map { try $0.map(buffer) }
    let places = try AlignedBuffer<Int32>(count: rows.count)
    for (index, row) in rows.enumerated() { places.pointer[index] = row }
    let updates = try LowRankUpdates([
      LowRankUpdate(
        down: buffers[2].pointer, up: buffers[3].pointer,
        upBias: vectors[0].map { UnsafePointer($0.pointer) },
        gain: vectors[1].map { UnsafePointer($0.pointer) },
        bias: vectors[2].map { UnsafePointer($0.pointer) },
        rank: down.count / inputs, scale: scale)
    ])
    let jobs = try Adaptations(projections: 1, rowCapacity: rows.count)
    jobs.add(
      buffers[0].pointer, inputs: inputs, into: buffers[1].pointer, outputs: outputs,
      rows: UnsafeBufferPointer(places.elements), shift: nil, updates: updates)
    jobs.run(on: pool)
    withExtendedLifetime((buffers, vectors, places)) { out = Array(buffers[1].elements) }
  }

  /// y + s (B (A x) + b), and with a gain (y - c + s (B (A x) + b)) g + c, in double precision.
  @Test(arguments: instructionSets, [1, 3, 4, 8, 19])
  func updatesMatchTheFormula(_ set: InstructionSet, _ rank: Int) throws {
    let pool = try ComputePool.make(set)
    for (inputs, outputs) in [(1, 1), (15, 17), (64, 48), (100, 33)] {
      for isGained in [false, true] {
        var noise = Noise(seed: UInt64(rank * inputs))
        let x = noise.floats(inputs)
        let y = noise.floats(outputs)
        let down = noise.floats(rank * inputs)
        let up = noise.floats(rank * outputs)
        let upBias = noise.floats(outputs)
        let gain = noise.floats(outputs)
        let bias = noise.floats(outputs)
        var out = y
        try apply(
          pool, x: x, inputs: inputs, to: &out, outputs: outputs, rows: [0], down: down, up: up,
          upBias: upBias, gain: isGained ? gain : nil, bias: isGained ? bias : nil, scale: 0.75)
        for output in 0..<outputs {
          var sum = Double(upBias[output])
          for k in 0..<rank {
            var inner = 0.0
            for i in 0..<inputs { inner += Double(down[k * inputs + i]) * Double(x[i]) }
            sum += inner * Double(up[k * outputs + output])
          }
          var expected = Double(y[output]) + 0.75 * sum
          if isGained {
            expected -= Double(bias[output])
            expected = expected * Double(gain[output]) + Double(bias[output])
          }
          #expect(abs(Double(out[output]) - expected) < 1e-4)
        }
      }
    }
  }

  @Test(arguments: instructionSets, [1, 3])
  func aRowHasTheBitsThatItHasAloneAndOthersAreLeftAlone(
    _ set: InstructionSet, _ threads: Int
  ) throws {
    let (inputs, outputs, count) = (70, 45, 50)
    var noise = Noise(seed: 5)
    let x = noise.floats(inputs * count)
    let y = noise.floats(outputs * count)
    let down = noise.floats(5 * inputs)
    let up = noise.floats(5 * outputs)
    let rows = (0..<count).filter { $0 % 3 != 1 }.map { Int32($0) }
    var together = y
    try apply(
      try ComputePool.make(set, threads: threads), x: x, inputs: inputs, to: &together,
      outputs: outputs, rows: rows, down: down, up: up, scale: 0.5)
    let pool = try ComputePool.make(set)
    for row in 0..<count {
      let place = row * outputs..<(row + 1) * outputs
      var alone = Array(y[place])
      if rows.contains(Int32(row)) {
        try apply(
          pool, x: Array(x[row * inputs..<(row + 1) * inputs]), inputs: inputs, to: &alone,
          outputs: outputs, rows: [0], down: down, up: up, scale: 0.5)
      }
      #expect(Array(together[place]) == alone)
    }
  }
}
