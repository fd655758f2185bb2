import Foundation
import Kernels
import Testing

@Suite struct AttentionTests {
  /// A cache of one layer, filled with random keys and values, and the plain formula over the numbers that it holds.
  struct Scene {
    let heads: Int
    let keyValueHeads: Int
    let dimension: Int
    let length: Int
    let format: KeyValueFormat
    let keys: [Float]  // [length, kvHeads, dim]
    let values: [Float]  // [length, kvHeads, dim]
    let queries: [Float]  // [length, heads, dim]
    let blocks: [AlignedBuffer<UInt8>]
    /// Keys and values as the cache holds them.
    let heldKeys: [Double]
    let heldValues: [Double]

    init(
      heads: Int, keyValueHeads: Int, dimension: Int, length: Int,
      format: KeyValueFormat = .float32
    ) throws {
      var noise = Noise(seed: UInt64(heads * 1000 + dimension + length))
      (self.heads, self.keyValueHeads, self.dimension, self.length) = (
        heads, keyValueHeads, dimension, length
      )
      self.format = format
      keys = noise.floats(length * keyValueHeads * dimension).map { $0 * 2 }
      values = noise.floats(length * keyValueHeads * dimension)
      queries = noise.floats(length * heads * dimension).map { $0 * 2 }
      heldKeys = Self.held(keys, dimension, format)
      heldValues = Self.held(values, dimension, format)
      blocks = try Self.emptyBlocks(keyValueHeads, dimension, length, format)
      for position in 0..<length {
        for head in 0..<keyValueHeads {
          let row = (position * keyValueHeads + head) * dimension
          write(Array(keys[row..<row + dimension]), isKey: true, position, head)
          write(Array(values[row..<row + dimension]), isKey: false, position, head)
        }
      }
    }

    /// What no position has written must not matter: blocks are full of numbers that would show.
    static func emptyBlocks(
      _ heads: Int, _ dimension: Int, _ length: Int, _ format: KeyValueFormat
    ) throws -> [AlignedBuffer<UInt8>] {
      let size = Attention.blockPositions
      return try (0..<(length + size - 1) / size).map { _ in
        let block = try AlignedBuffer<UInt8>(
          count: heads * format.headBytes(headDimension: dimension))
        block.elements.initialize(repeating: 0xFF)
        return block
      }
    }

    /// Writes a key or a value as the documentation of the layout has it.
    private func write(_ vector: [Float], isKey: Bool, _ position: Int, _ head: Int) {
      let size = Attention.blockPositions
      let padded = Attention.paddedHeadDimension(dimension)
      let slot = position % size
      let groups = (dimension + 31) / 32
      let elementBytes = format == .float32 ? 4 : format == .float16 ? 2 : 1
      let scaleBytes = format == .int8 ? groups * size * 4 : 0
      let keyBytes = dimension * size * elementBytes
      let headBytes = keyBytes + padded * size * elementBytes + 2 * scaleBytes
      let keys = UnsafeMutableRawPointer(blocks[position / size].pointer) + head * headBytes
      let values = keys + keyBytes + scaleBytes
      let scales = isKey ? keys + keyBytes : values + padded * size * elementBytes
      let rounded = (0..<groups).map { Self.rounded(vector, group: $0) }
      for i in 0..<(isKey ? dimension : padded) {
        let element = isKey ? keys : values
        let index = isKey ? i * size + slot : slot * padded + i
        let value = i < dimension ? vector[i] : 0
        switch format {
        case .float32: element.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
        case .float16:
          element.storeBytes(of: Float16(value), toByteOffset: 2 * index, as: Float16.self)
        case .int8:
          let byte = i < dimension ? rounded[i / 32].bytes[i % 32] : 0
          element.storeBytes(of: byte, toByteOffset: index, as: Int8.self)
        }
      }
      if format == .int8 {
        for (group, (scale, _)) in rounded.enumerated() {
          scales.storeBytes(of: scale, toByteOffset: 4 * (group * size + slot), as: Float.self)
        }
      }
    }

    /// A group of 32 elements in bytes, and their scale.
    private static func rounded(_ vector: [Float], group: Int) -> (scale: Float, bytes: [Int8]) {
      let elements = vector[group * 32..<min(group * 32 + 32, vector.count)]
      let largest = elements.reduce(0) { max($0, abs($1)) }
      return (
        largest / 127, elements.map { Int8(($0 * (127 / largest)).rounded(.toNearestOrEven)) }
      )
    }

    /// Keys or values as the cache holds them.
    private static func held(
      _ vectors: [Float], _ dimension: Int, _ format: KeyValueFormat
    ) -> [Double] {
      switch format {
      case .float32: return vectors.map { Double($0) }
      case .float16: return vectors.map { Double(Float16($0)) }
      case .int8:
        return stride(from: 0, to: vectors.count, by: dimension).flatMap { start in
          let vector = Array(vectors[start..<start + dimension])
          return (0..<(dimension + 31) / 32).flatMap { group in
            let (scale, bytes) = rounded(vector, group: group)
            return bytes.map { Double(scale) * Double($0) }
          }
        }
      }
    }

    /// Stores all keys and values through the kernel.
    func place(_ pool: ComputePool, into blocks: [AlignedBuffer<UInt8>]) {
      var (queries, keys) = (self.queries, self.keys)
      let table = blocks.map { UnsafeMutableRawPointer($0.pointer) as UnsafeMutableRawPointer? }
      let positions = (0..<Int32(length)).map { $0 }
      table.withUnsafeBufferPointer { table in
        let tables = [Attention.BlockTable?](repeating: table.baseAddress, count: length)
        tables.withUnsafeBufferPointer { tables in
          queries.withUnsafeMutableBufferPointer { queries in
            keys.withUnsafeMutableBufferPointer { keys in
              values.withUnsafeBufferPointer { values in
                positions.withUnsafeBufferPointer { positions in
                  guard let tables = tables.baseAddress, let rows = positions.baseAddress,
                    let queries = queries.baseAddress, let keys = keys.baseAddress,
                    let values = values.baseAddress
                  else { return }
                  // No angles are read where nothing is turned.
                  pool.place(
                    KeyValuePlacement(
                      queries: queries, keys: keys, values: values, rows: length, headCount: heads,
                      keyValueHeadCount: keyValueHeads, headDimension: dimension,
                      rotaryDimension: 0, interleaved: false, cosines: values, sines: values,
                      layerOffset: 0, format: format, blocks: tables, positions: rows))
                }
              }
            }
          }
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
                    headDimension: dimension, window: window, layerOffset: 0, format: format,
                    blocks: tables, positions: rows))
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
            $0 + query[$1] * heldKeys[(p * keyValueHeads + group) * dimension + $1]
          } / Double(dimension).squareRoot()
        }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        for i in 0..<dimension {
          out.append(
            zip(first...position, weights).reduce(0.0) {
              $0 + $1.1 * heldValues[($1.0 * keyValueHeads + group) * dimension + i]
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

  @Test(arguments: KeyValueFormat.allCases, shapes.indices)
  func isTheSoftmaxOfScaledProducts(_ format: KeyValueFormat, _ index: Int) throws {
    let (heads, keyValueHeads, dimension, length) = Self.shapes[index]
    let scene = try Scene(
      heads: heads, keyValueHeads: keyValueHeads, dimension: dimension, length: length,
      format: format)
    let pools = try instructionSets.map { try ComputePool.make($0, threads: 2) }
    for window in [0, 1, 5, 40] {
      let positions = (0..<Int32(length)).filter { $0 % 3 == 0 || $0 == length - 1 }
      let results = pools.map { scene.attend($0, rows: positions, window: window) }
      for (row, position) in positions.enumerated() {
        let expected = scene.reference(position: Int(position), window: window)
        for out in results {
          let first = row * heads * dimension
          #expect(Self.distance(out[first..<first + expected.count], expected) < 2e-5)
        }
      }
    }
  }

  /// The largest difference between elements.
  private static func distance(_ out: ArraySlice<Float>, _ expected: [Double]) -> Double {
    zip(out, expected).reduce(0) { $1.0.isNaN ? .infinity : max($0, abs(Double($1.0) - $1.1)) }
  }

  @Test(arguments: KeyValueFormat.allCases, shapes.indices)
  func whatIsStoredIsWhatTheLayoutSays(_ format: KeyValueFormat, _ index: Int) throws {
    let (heads, keyValueHeads, dimension, length) = Self.shapes[index]
    let scene = try Scene(
      heads: heads, keyValueHeads: keyValueHeads, dimension: dimension, length: length,
      format: format)
    for set in instructionSets {
      let blocks = try Scene.emptyBlocks(keyValueHeads, dimension, length, format)
      scene.place(try .make(set, threads: 2), into: blocks)
      for (block, expected) in zip(blocks, scene.blocks) {
        #expect(memcmp(block.pointer, expected.pointer, expected.count) == 0)
      }
    }
  }

  @Test(arguments: KeyValueFormat.allCases, shapes.indices)
  func instructionSetsWithFusedMultiplyAddAgreeBitForBit(
    _ format: KeyValueFormat, _ index: Int
  ) throws {
    let (heads, keyValueHeads, dimension, length) = Self.shapes[index]
    let scene = try Scene(
      heads: heads, keyValueHeads: keyValueHeads, dimension: dimension, length: length,
      format: format)
    let results = try fusedInstructionSets.map {
      scene.attend(try ComputePool.make($0), rows: (0..<Int32(length)).map { $0 }, window: 37)
    }
    for result in results.dropFirst() {
      #expect(result.map(\.bitPattern) == results[0].map(\.bitPattern))
    }
  }

  @Test(arguments: instructionSets, KeyValueFormat.allCases)
  func aRowIsTheSameBitsAloneAndAmongOthers(
    _ set: InstructionSet, _ format: KeyValueFormat
  ) throws {
    let scene = try Scene(heads: 6, keyValueHeads: 2, dimension: 32, length: 75, format: format)
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
  @Test(
    arguments: [
      (.float32, 6, 2, 20, 0), (.float32, 6, 2, 20, 600), (.float32, 2, 1, 512, 0),
      (.float16, 6, 2, 20, 0), (.int8, 6, 2, 20, 0), (.int8, 2, 1, 40, 600),
    ] as [(KeyValueFormat, Int, Int, Int, Int)])
  func aLongRowIsTheSameBitsInOnePieceAndInChunks(
    _ shape: (
      format: KeyValueFormat, heads: Int, keyValueHeads: Int, dimension: Int, window: Int
    )
  ) throws {
    let scene = try Scene(
      heads: shape.heads, keyValueHeads: shape.keyValueHeads, dimension: shape.dimension,
      length: 1300, format: shape.format)
    let positions: [Int32] = [1299, 511, 512, 1023, 1024, 3]
    let width = shape.heads * shape.dimension
    let expected = positions.map { scene.reference(position: Int($0), window: shape.window) }
    for set in instructionSets {
      let whole = scene.attend(
        try .make(set, threads: 1), rows: positions, window: shape.window)
      let cut = scene.attend(try .make(set, threads: 8), rows: positions, window: shape.window)
      #expect(whole.map(\.bitPattern) == cut.map(\.bitPattern))
      let pool = try ComputePool.make(set, threads: 2)
      for (row, position) in positions.enumerated() {
        let alone = scene.attend(pool, rows: [position], window: shape.window)
        #expect(
          alone.map(\.bitPattern) == whole[row * width..<(row + 1) * width].map(\.bitPattern))
        #expect(Self.distance(alone[...], expected[row]) < 2e-5)
      }
    }
  }
}
