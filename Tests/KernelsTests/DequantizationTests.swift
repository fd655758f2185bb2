import Checkpoints
import Foundation
import Kernels
import Testing

/// Against the values of gguf-py's reference dequantisation, in fixtures that stand with the checkpoint readers.
@Suite struct DequantizationTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "CheckpointsTests/Fixtures")

  static func storage(_ type: ElementType) -> StorageType? {
    StorageType.allCases.first { "\($0)" == "\(type)" }
  }

  @Test(arguments: instructionSets, ElementType.allCases)
  func everyTypeIsExact(_ set: InstructionSet, _ type: ElementType) throws {
    let quantized = try GGUFFile(path: Self.fixtures.appending(path: "quantized.gguf").path)
    let truth = try SafetensorsFile(
      path: Self.fixtures.appending(path: "quantized.safetensors").path)
    let views = quantized.tensorNames.compactMap { quantized.tensor(named: $0) }
      .filter { $0.elementType == type }
    let storage = try #require(Self.storage(type))
    #expect(!views.isEmpty)
    let pool = try ComputePool.make(set)
    for view in views {
      let expected = try #require(truth.tensor(named: view.name)).withUnsafeBytes {
        $0.withMemoryRebound(to: UInt8.self) { bytes in
          (0..<bytes.count / 4).map { bytes.loadFloat(at: 4 * $0) }
        }
      }
      var values = [Float](repeating: .nan, count: view.elementCount)
      try view.withUnsafeBytes { bytes in
        pool.dequantize(
          storage, try #require(bytes.baseAddress), count: values.count, into: &values)
      }
      #expect(values.map(\.bitPattern) == expected.map(\.bitPattern), "\(view.name)")
    }
  }

  @Test(arguments: instructionSets, ElementType.allCases)
  func aProductDequantisesWhatItReads(_ set: InstructionSet, _ type: ElementType) throws {
    let quantized = try GGUFFile(path: Self.fixtures.appending(path: "quantized.gguf").path)
    let storage = try #require(Self.storage(type))
    let pool = try ComputePool.make(set, threads: 2)
    for name in quantized.tensorNames {
      guard let view = quantized.tensor(named: name), view.elementType == type else { continue }
      let (outputs, columns) = (view.shape[0], view.shape[1])
      var weights = [Float](repeating: 0, count: view.elementCount)
      var noise = Noise(seed: 5)
      for rows in [1, 3, 9] {
        let x = noise.floats(rows * columns)
        let out = try AlignedBuffer<Float>(count: rows * outputs)
        try view.withUnsafeBytes { bytes in
          let data = try #require(bytes.baseAddress)
          pool.dequantize(storage, data, count: weights.count, into: &weights)
          let matrix = WeightMatrix(
            data: data, rows: outputs, columns: columns, rowBytes: bytes.count / outputs,
            type: storage)
          pool.multiply(
            x, rows: rows, stride: columns, Product(matrix, into: out.pointer, outStride: outputs))
        }
        let expected = pool.product(x: x, rows: rows, weights: weights, columns: columns)
        #expect(Array(out.elements) == expected)
      }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The little-endian float at a byte offset.
  fileprivate func loadFloat(at offset: Int) -> Float {
    Float(
      bitPattern: UnsafeRawBufferPointer(self).loadUnaligned(
        fromByteOffset: offset, as: UInt32.self))
  }
}
