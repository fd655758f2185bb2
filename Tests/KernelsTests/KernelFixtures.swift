import Kernels

/// Repeatable numbers for kernel tests: SplitMix64, mapped to [-1, 1).
struct Noise {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func float() -> Float {
    Float(Int64(next() >> 40) - (1 << 23)) / Float(1 << 23)
  }

  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in float() }
  }
}

/// Every instruction set that this processor has.
let instructionSets: [InstructionSet] = [
  "generic", "avx2", "avxvnni", "avx512", "neon",
].compactMap { try? InstructionSet(named: $0) }

/// Those with fused multiply-add, which agree in every bit: all but the generic one of x86-64.
let fusedInstructionSets: [InstructionSet] = {
  #if arch(x86_64)
    instructionSets.filter { $0.name != "generic" }
  #else
    instructionSets
  #endif
}()

extension ComputePool {
  /// A pool for tests.
  static func make(
    _ set: InstructionSet, threads: Int = 1, columns: Int = 4096
  ) throws -> ComputePool {
    try ComputePool(instructionSet: set, threadCount: threads, maximumColumns: columns)
  }

  /// y = W x for `rows` rows of x, with weights in plain float32.
  func product(
    x: [Float], rows: Int, weights: [Float], columns: Int, bias: [Float]? = nil,
    accumulatingOnto start: [Float]? = nil
  ) -> [Float] {
    let outCount = weights.count / columns
    var out = start ?? [Float](repeating: .nan, count: rows * outCount)
    weights.withUnsafeBytes { weights in
      out.withUnsafeMutableBufferPointer { out in
        guard let data = weights.baseAddress, let base = out.baseAddress else { return }
        let matrix = WeightMatrix(
          data: data, rows: outCount, columns: columns, rowBytes: columns * 4, type: .float32)
        if let bias {
          bias.withUnsafeBufferPointer { bias in
            multiply(
              x, rows: rows, stride: columns,
              Product(
                matrix, bias: bias.baseAddress, into: base, outStride: outCount,
                accumulates: start != nil))
          }
        } else {
          multiply(
            x, rows: rows, stride: columns,
            Product(matrix, into: base, outStride: outCount, accumulates: start != nil))
        }
      }
    }
    return out
  }
}

extension StorageType {
  /// Elements and bytes of a block.
  var block: (elements: Int, bytes: Int) {
    switch self {
    case .float32: (1, 4)
    case .float16, .bfloat16: (1, 2)
    case .q4_0, .iq4_NL: (32, 18)
    case .q4_1: (32, 20)
    case .q5_0: (32, 22)
    case .q5_1: (32, 24)
    case .q8_0: (32, 34)
    case .q2_K: (256, 84)
    case .q3_K: (256, 110)
    case .q4_K: (256, 144)
    case .q5_K: (256, 176)
    case .q6_K: (256, 210)
    }
  }
}
