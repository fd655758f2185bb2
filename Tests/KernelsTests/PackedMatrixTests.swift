import CKernels
import Kernels
import Testing

/// Products of packed weights with inputs of 8 bits: against the plain formula, and bit for bit against themselves.
@Suite struct PackedMatrixTests {
  /// Random weights of one type, and what they stand for.
  struct Weights {
    let matrix: WeightMatrix
    let packed: PackedMatrix
    let values: [Float]
    private let bytes: AlignedBuffer<UInt8>

    /// - Parameter scale: of every block; `nil`: random ones.
    init(
      _ type: StorageType, rows: Int, columns: Int, seed: UInt64, scale: Float? = nil
    ) throws {
      let (elements, size) = type.block
      let rowBytes = columns / elements * size
      var noise = Noise(seed: seed)
      bytes = try AlignedBuffer(count: rows * rowBytes)
      for index in 0..<bytes.count {
        bytes.pointer[index] = UInt8(truncatingIfNeeded: noise.next())
      }
      for block in 0..<rows * rowBytes / size {
        let base = bytes.pointer + block * size
        switch type {
        case .float32: store(noise.float().bitPattern, at: base)
        case .float16: store(half(noise.float()), at: base)
        case .bfloat16: store(UInt16(noise.float().bitPattern >> 16), at: base)
        default:
          for offset in type.halves {
            store(half(scale ?? noise.float() * 0.1), at: base + offset)
          }
        }
      }
      matrix = WeightMatrix(
        data: bytes.pointer, rows: rows, columns: columns, rowBytes: rowBytes, type: type)
      packed = try #require(try PackedMatrix.pack([matrix]).first)
      var values = [Float](repeating: 0, count: rows * columns)
      InstructionSet.best.dequantize(type, bytes.pointer, count: values.count, into: &values)
      self.values = values
    }
  }

  /// W x with packed weights.
  static func product(
    _ weights: PackedMatrix, _ x: [Float], rows: Int, set: InstructionSet, threads: Int = 1
  ) throws -> [Float] {
    let matrix = weights.matrix
    var out = [Float](repeating: .nan, count: rows * matrix.rows)
    let pool = try ComputePool.make(set, threads: threads, columns: matrix.columns)
    out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return }
      pool.multiply(
        x, rows: rows, stride: matrix.columns,
        Product(matrix, into: base, outStride: matrix.rows))
    }
    return out
  }

  /// What the integers stand for: each block of 32 inputs rounded to multiples of its largest magnitude / 127.
  static func rounded(_ x: [Float], columns: Int) -> [Float] {
    var out = x
    for row in stride(from: 0, to: x.count, by: columns) {
      for block in stride(from: row, to: row + columns, by: 32) {
        let range = block..<min(block + 32, row + columns)
        let largest = range.map { abs(x[$0]) }.max() ?? 0
        let inverse = 127 / largest
        for i in range { out[i] = (x[i] * inverse).rounded(.toNearestOrEven) * (largest / 127) }
      }
    }
    return out
  }

  @Test(arguments: instructionSets, StorageType.allCases)
  func aProductIsThatOfTheExactWeightsAndRoundedInputs(
    _ set: InstructionSet, _ type: StorageType
  ) throws {
    // 288 and 512: the last of the inputs' blocks make a group of four, or don't.
    let (outputs, columns) = (37, [1: 269, 32: 288][type.block.elements] ?? 512)
    let weights = try Weights(type, rows: outputs, columns: columns, seed: 3)
    var noise = Noise(seed: 4)
    for rows in [1, 2, 3, 5, 9, 16, 300] {
      let x = noise.floats(rows * columns)
      let inputs = Self.rounded(x, columns: columns)
      let ours = try Self.product(weights.packed, x, rows: rows, set: set)
      for row in 0..<rows {
        for output in 0..<outputs {
          var sum = 0.0
          var size = 0.0
          for i in 0..<columns {
            let term =
              Double(inputs[row * columns + i]) * Double(weights.values[output * columns + i])
            sum += term
            size += abs(term)
          }
          // Floats were rounded to 8 bits themselves: by half of a largest magnitude (1) / 127 at most.
          let rounding = type.block.elements == 1 ? 0.5 / 127 : 1e-6
          let allowed =
            type.block.elements == 1
            ? rounding
              * inputs[row * columns..<(row + 1) * columns].reduce(0) { $0 + Double(abs($1)) }
            : rounding * size
          #expect(abs(Double(ours[row * outputs + output]) - sum) <= allowed + 1e-6)
        }
      }
    }
  }

  /// Where every scale is 1, each sum is a whole number, and floats hold it exactly.
  @Test(arguments: instructionSets, StorageType.allCases.filter { $0.block.elements > 1 })
  func sumsOfIntegersAreExact(_ set: InstructionSet, _ type: StorageType) throws {
    let (outputs, columns) = (21, 256)
    let weights = try Weights(type, rows: outputs, columns: columns, seed: 10, scale: 1)
    var noise = Noise(seed: 11)
    for rows in [1, 7, 30] {
      // The largest magnitude of each block is 127, so inputs are rounded to themselves.
      let x = (0..<rows * columns).map { index in
        index % 32 == 5 ? -127 : (noise.float() * 3.9).rounded(.towardZero)
      }
      let ours = try Self.product(weights.packed, x, rows: rows, set: set)
      for row in 0..<rows {
        for output in 0..<outputs {
          let sum = (0..<columns).reduce(0) {
            $0 + Int(x[row * columns + $1]) * Int(weights.values[output * columns + $1])
          }
          #expect(ours[row * outputs + output] == Float(sum), "\(sum)")
        }
      }
    }
  }

  @Test(arguments: StorageType.allCases)
  func instructionSetsRowsAndThreadsChangeNoBit(_ type: StorageType) throws {
    let (rows, outputs, columns) = (23, 50, 256)
    let weights = try Weights(type, rows: outputs, columns: columns, seed: 5)
    var noise = Noise(seed: 6)
    let x = noise.floats(rows * columns)
    let first = try Self.product(weights.packed, x, rows: rows, set: instructionSets[0])
    for set in instructionSets {
      for threads in [1, 3] {
        let other = try Self.product(weights.packed, x, rows: rows, set: set, threads: threads)
        #expect(other.map(\.bitPattern) == first.map(\.bitPattern), "\(set)")
      }
      for count in 1...8 {
        let few = try Self.product(
          weights.packed, Array(x[7 * columns..<(7 + count) * columns]), rows: count, set: set)
        #expect(
          few.map(\.bitPattern)
            == first[7 * outputs..<(7 + count) * outputs].map(\.bitPattern), "\(set), \(count)")
      }
    }
  }

  @Test(arguments: instructionSets)
  func inputsThatAreNoNumbersSpoilTheirRowAlone(_ set: InstructionSet) throws {
    let columns = 96
    let weights = try Weights(.q4_1, rows: 20, columns: columns, seed: 7)
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in [0, 40, 95] {
        var x = [Float](repeating: 0.5, count: 3 * columns)
        x[columns + place] = bad
        let out = try Self.product(weights.packed, x, rows: 3, set: set)
        #expect(out[20..<40].allSatisfy { $0.isNaN })
        #expect(out[..<20].allSatisfy { $0.isFinite } && out[40...].allSatisfy { $0.isFinite })
      }
    }
  }

  @Test(arguments: instructionSets)
  func inputsOfNoSizeAreZeros(_ set: InstructionSet) throws {
    let weights = try Weights(.q8_0, rows: 16, columns: 32, seed: 8)
    for tiny in [0, 1e-31, -Float.leastNonzeroMagnitude] as [Float] {
      let x = [Float](repeating: tiny, count: 32)
      let out = try Self.product(weights.packed, x, rows: 1, set: set)
      #expect(out.allSatisfy { $0 == 0 })
    }
  }

  /// Any bytes can be packed; scales that are no numbers give products that are none.
  @Test(arguments: StorageType.allCases)
  func anyBytesCanBePacked(_ type: StorageType) throws {
    let (rows, columns) = (19, 256)
    let (elements, size) = type.block
    let rowBytes = columns / elements * size
    var noise = Noise(seed: UInt64(type.number))
    let x = [Float](repeating: 1, count: columns)
    for round in 0..<20 {
      let bytes = try AlignedBuffer<UInt8>(count: rows * rowBytes)
      for i in 0..<bytes.count {
        bytes.pointer[i] = round == 0 ? 0xFF : UInt8(truncatingIfNeeded: noise.next())
      }
      let matrix = WeightMatrix(
        data: bytes.pointer, rows: rows, columns: columns, rowBytes: rowBytes, type: type)
      let packed = try #require(try PackedMatrix.pack([matrix]).first)
      var exact = [Float](repeating: 0, count: columns)
      let results = try instructionSets.map {
        try Self.product(packed, x, rows: 1, set: $0)
      }
      for row in 0..<rows {
        InstructionSet.best.dequantize(
          type, bytes.pointer + row * rowBytes, count: columns, into: &exact)
        let isFinite = exact.allSatisfy(\.isFinite)
        for result in results where !isFinite { #expect(!result[row].isFinite) }
      }
    }
  }

  @Test func extentsThatNoMatrixHasAreRefused() {
    #expect(ck_packed_bytes(CK_PACKED_Q8, 0, 32) == -1)
    #expect(ck_packed_bytes(CK_PACKED_Q8, 16, -1) == -1)
    #expect(ck_packed_bytes(CK_PACKED_Q8, .max, .max) == -1)
    #expect(ck_packed_bytes(CK_PACKED_Q4_K, 16, 32) == -1)
    #expect(ck_packed_bytes(CK_UNPACKED, 16, 32) == -1)
    #expect(ck_packed_bytes(CK_PACKED_Q8, 17, 33) == 2 * 2 * 544)
  }

  /// The packed copy is about as large as the file's matrix, but for types of less than 4 or of 5 and 6 bits.
  @Test(arguments: [
    (StorageType.q4_0, 18.0), (.q4_1, 20), (.iq4_NL, 18), (.q8_0, 34), (.q5_0, 34), (.q5_1, 36),
    (.q4_K, 18.5), (.q6_K, 34.25), (.float16, 34),
  ])
  func memoryIsWhatTheLayoutSays(_ type: StorageType, _ blockBytes: Double) throws {
    let weights = try Weights(type, rows: 32, columns: 512, seed: 9)
    #expect(Double(weights.packed.byteCount) == blockBytes * 32 * 16)
  }
}

private func store<T>(_ value: T, at pointer: UnsafeMutablePointer<UInt8>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: T.self)
}

/// The half of a float below 2 in magnitude, cut off.
private func half(_ value: Float) -> UInt16 {
  let bits = value.bitPattern
  let exponent = Int(bits >> 23 & 0xFF) - 112
  guard exponent > 0 else { return UInt16(bits >> 16 & 0x8000) }
  return UInt16(bits >> 16 & 0x8000) | UInt16(exponent << 10) | UInt16(bits >> 13 & 0x3FF)
}

extension StorageType {
  /// Where a block holds half floats.
  fileprivate var halves: [Int] {
    switch self {
    case .float32, .float16, .bfloat16: []
    case .q4_0, .q5_0, .q8_0, .iq4_NL: [0]
    case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
    case .q2_K: [80, 82]
    case .q3_K: [108]
    case .q6_K: [208]
    }
  }
}
