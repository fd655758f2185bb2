import Foundation
import Kernels
import Testing

@Suite struct AttentionTests {
  /// A cache of one layer, filled with random keys and values, and the plain formula over the same numbers.
  struct Scene {
    let heads: Int
    let keyValueHeads: Int
    let dimension: Int
    let length: Int
    let keys: [Float]  // [length, kvHeads, dim]
    let values: [Float]  // [length, kvHeads, dim]
    let queries: [Float]  // [length, heads, dim]
    let blocks: [AlignedBuffer<Float>]

    init(heads: Int, keyValueHeads: Int, dimension: Int, length: Int) throws {
      var noise = Noise(seed: UInt64(heads * 1000 + dimension + length))
      (self.heads, self.keyValueHeads, self.dimension, self.length) = (
        heads, keyValueHeads, dimension, length
      )
      keys = noise.floats(length * keyValueHeads * dimension).map { $0 * 2 }
      values = noise.floats(length * keyValueHeads * dimension)
      queries = noise.floats(length * heads * dimension).map { $0 * 2 }
      let size = Attention.blockPositions
      let padded = Attention.paddedHeadDimension(dimension)
      let headFloats = dimension * size + size * padded
      blocks = try (0..<(length + size - 1) / size).map { _ in
        try AlignedBuffer(count: keyValueHeads * headFloats)
      }
      // What no position has written must not matter: fill it with numbers that would show.
      for block in blocks { block.elements.initialize(repeating: .nan) }
      for position in 0..<length {
        let block = blocks[position / size].pointer
        let slot = position % size
        for head in 0..<keyValueHeads {
          let base = block + head * headFloats
          let row = (position * keyValueHeads + head) * dimension
          for i in 0..<dimension { base[i * size + slot] = keys[row + i] }
          let value = base + dimension * size + slot * padded
          for i in 0..<padded { value[i] = i < dimension ? values[row + i] : 0 }
        }
      }
    }

    func attend(_ pool: ComputePool, rows positions: [Int32], window: Int = 0) -> [Float] {
      let width = heads * dimension
      let rowQueries = positions.flatMap { queries[Int($0) * width..<(Int($0) + 1) * width] }
      var out = [Float](repeating: 0, count: positions.count * width)
      let table = blocks.map { UnsafeMutableRawPointer($0.pointer) as UnsafeMutableRawPointer? }
      table.withUnsafeBufferPointer { table in
        let tables = [Attention.BlockTable?](repeating: table.baseAddress, count: positions.count)
        tables.withUnsafeBufferPointer { tables in
          positions.withUnsafeBufferPointer { positions in
            rowQueries.withUnsafeBufferPointer { queries in
              out.withUnsafeMutableBufferPointer { out in
                guard let tables = tables.baseAddress, let rows = positions.baseAddress,
                  let queries = queries.baseAddress, let out = out.baseAddress
                else { return }
                pool.attend(
                  Attention(
                    queries: queries, queryStride: width, out: out, outStride: width,
                    rows: positions.count, headCount: heads, keyValueHeadCount: keyValueHeads,
                    headDimension: dimension, window: window, layerOffset: 0, blocks: tables,
                    positions: rows))
              }
            }
          }
        }
      }
      return out
    }

    /// softmax(q · k / √d) v, in double precision.
    func reference(position: Int, window: Int = 0) -> [Double] {
      let first = window > 0 ? max(0, position - window + 1) : 0
      var out: [Double] = []
      for head in 0..<heads {
        let group = head / (heads / keyValueHeads)
        let query = (0..<dimension).map {
          Double(queries[(position * heads + head) * dimension + $0])
        }
        let scores = (first...position).map { p in
          (0..<dimension).reduce(0.0) {
            $0 + query[$1] * Double(keys[(p * keyValueHeads + group) * dimension + $1])
          } / Double(dimension).squareRoot()
        }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        for i in 0..<dimension {
          out.append(
            zip(first...position, weights).reduce(0.0) {
              $0 + $1.1 * Double(values[($1.0 * keyValueHeads + group) * dimension + i])
            } / total)
        }
      }
      return out
    }
  }

  static let shapes = [
    (1, 1, 8, 1), (4, 2, 16, 33), (9, 3, 64, 100), (2, 1, 128, 70), (4, 4, 20, 64), (2, 2, 96, 40),
    (1, 1, 512, 40), (2, 1, 510, 3), (300, 100, 2, 40),
  ]

  @Test(arguments: instructionSets, shapes.indices)
  func isTheSoftmaxOfScaledProducts(_ set: InstructionSet, _ index: Int) throws {
    let (heads, keyValueHeads, dimension, length) = Self.shapes[index]
    let scene = try Scene(
      heads: heads, keyValueHeads: keyValueHeads, dimension: dimension, length: length)
    let pool = try ComputePool.make(set, threads: 2)
    for window in [0, 1, 5, 40] {
      let positions = (0..<Int32(length)).filter { $0 % 3 == 0 || $0 == length - 1 }
      let out = scene.attend(pool, rows: positions, window: window)
      for (row, position) in positions.enumerated() {
        let expected = scene.reference(position: Int(position), window: window)
        for (i, value) in expected.enumerated() {
          #expect(abs(Double(out[row * heads * dimension + i]) - value) < 2e-5)
        }
      }
    }
  }

  @Test(arguments: shapes.indices)
  func instructionSetsWithFusedMultiplyAddAgreeBitForBit(_ index: Int) throws {
    let (heads, keyValueHeads, dimension, length) = Self.shapes[index]
    let scene = try Scene(
      heads: heads, keyValueHeads: keyValueHeads, dimension: dimension, length: length)
    let results = try fusedInstructionSets.map {
      scene.attend(try ComputePool.make($0), rows: (0..<Int32(length)).map { $0 }, window: 37)
    }
    for result in results.dropFirst() {
      #expect(result.map(\.bitPattern) == results[0].map(\.bitPattern))
    }
  }

  @Test(arguments: instructionSets)
  func aRowIsTheSameBitsAloneAndAmongOthers(_ set: InstructionSet) throws {
    let scene = try Scene(heads: 6, keyValueHeads: 2, dimension: 32, length: 75)
    let pool = try ComputePool.make(set, threads: 2)
    let together = scene.attend(pool, rows: (0..<75).map { $0 })
    for position in 0..<75 {
      let alone = scene.attend(pool, rows: [Int32(position)])
      #expect(
        alone.map(\.bitPattern) == together[position * 192..<(position + 1) * 192].map(\.bitPattern)
      )
    }
  }

  /// Few rows are cut into chunks of positions for many threads; many rows, or one thread, go through in one piece.
  @Test(arguments: instructionSets, [(6, 2, 20, 0), (6, 2, 20, 600), (2, 1, 512, 0)])
  func aLongRowIsTheSameBitsInOnePieceAndInChunks(
    _ set: InstructionSet, _ shape: (heads: Int, keyValueHeads: Int, dimension: Int, window: Int)
  ) throws {
    let scene = try Scene(
      heads: shape.heads, keyValueHeads: shape.keyValueHeads, dimension: shape.dimension,
      length: 1300)
    let positions: [Int32] = [1299, 511, 512, 1023, 1024, 3]
    let width = shape.heads * shape.dimension
    let whole = scene.attend(
      try .make(set, threads: 1), rows: positions, window: shape.window)
    let cut = scene.attend(try .make(set, threads: 8), rows: positions, window: shape.window)
    #expect(whole.map(\.bitPattern) == cut.map(\.bitPattern))
    let pool = try ComputePool.make(set, threads: 2)
    for (row, position) in positions.enumerated() {
      let alone = scene.attend(pool, rows: [position], window: shape.window)
      #expect(
        alone.map(\.bitPattern) == whole[row * width..<(row + 1) * width].map(\.bitPattern))
      let expected = scene.reference(position: Int(position), window: shape.window)
      for (i, value) in expected.enumerated() {
        #expect(abs(Double(alone[i]) - value) < 2e-5)
      }
    }
  }
}
