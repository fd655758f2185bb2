import Checkpoints
import Kernels

/// Matrices of one shape, more of them than any cache holds, so that each product finds its weights in memory, as it
/// does in a step of a model.
struct WeightSet {
  /// Bytes of one matrix.
  let byteCount: Int
  private let rows: Int
  private let columns: Int
  private let matrices: [WeightMatrix]
  /// What the matrices lie in.
  private let stored: [AlignedBuffer<UInt8>]
  private let packed: [PackedMatrix]

  private static let totalBytes = 256 << 20

  init(_ storage: ProductTable.Storage, rows: Int, columns: Int, packs: Bool) throws {
    guard let bytes = storage.elements.byteCount(shape: [rows, columns]) else {
      throw Failure("\(storage.name) has no matrix of \(rows) × \(columns)")
    }
    self.rows = rows
    self.columns = columns
    let count = max(1, (Self.totalBytes + bytes - 1) / bytes)
    let pattern = try AlignedBuffer<UInt8>(count: bytes)
    pattern.fillWithFloats()
    func stored() throws -> (AlignedBuffer<UInt8>, WeightMatrix) {
      let buffer = try AlignedBuffer<UInt8>(count: bytes)
      buffer.pointer.initialize(from: pattern.pointer, count: bytes)
      let matrix = WeightMatrix(
        data: buffer.pointer, rows: rows, columns: columns, rowBytes: bytes / rows,
        type: storage.kernels)
      return (buffer, matrix)
    }
    if packs {
      let source = try stored()
      packed = try withExtendedLifetime(source.0) {
        try PackedMatrix.pack(Array(repeating: source.1, count: count))
      }
      self.stored = []
      matrices = packed.map(\.matrix)
      byteCount = packed[0].byteCount
    } else {
      let sources = try (0..<count).map { _ in try stored() }
      self.stored = sources.map(\.0)
      packed = []
      matrices = sources.map(\.1)
      byteCount = bytes
    }
  }

  /// Products a second with that many rows of inputs, which are quantised first where weights are packed.
  func callsPerSecond(_ pool: ComputePool, inputRows: Int) throws -> Double {
    let inputs = try AlignedBuffer<Float>(count: inputRows * columns)
    let outputs = try AlignedBuffer<Float>(count: inputRows * rows)
    inputs.fillWithNoise()
    return withExtendedLifetime((stored, packed)) {
      Stopwatch.callsPerSecond { call in
        pool.multiply(
          inputs.pointer, rows: inputRows, stride: columns,
          Product(matrices[call % matrices.count], into: outputs.pointer, outStride: rows))
      }
    }
  }
}

extension AlignedBuffer<UInt8> {
  /// Bytes that are ordinary numbers in every storage type: halves from 1 to 2, floats from 0.01 to 0.75.
  func fillWithFloats() {
    var generator = SystemRandomNumberGenerator()
    var word: UInt64 = 0
    for index in 0..<count {
      if index % 32 == 0 { word = generator.next() }
      pointer[index] = 0x3C | UInt8(truncatingIfNeeded: word >> (2 * UInt64(index % 32))) & 3
    }
  }
}

extension AlignedBuffer<Float> {
  /// Numbers from -1 to 1.
  func fillWithNoise() {
    for index in 0..<count { pointer[index] = Float.random(in: -1...1) }
  }
}
