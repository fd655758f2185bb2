import Checkpoints

/// Floats at a fixed address, immutable and shared.
struct FloatBlock: Sendable {
  private let memory: MappedFile
  let count: Int

  init(_ floats: [Float]) {
    memory = floats.withUnsafeBytes { MappedFile(copying: $0, path: "") }
    count = floats.count
  }

  /// The first float; valid as long as this value or a copy of it lives.
  var pointer: UnsafePointer<Float> {
    memory.unsafeBytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
  }

  subscript(index: Int) -> Float { pointer[index] }

  /// A copy of the floats.
  var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
