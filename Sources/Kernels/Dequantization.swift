import CKernels

/// Stored elements brought to float32, outside a session. Every instruction set gives the same values.
package enum Dequantization {
  /// The exact float32 values of `count` elements, a multiple of the type's block.
  package static func float32(
    _ type: StorageType, _ data: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    InstructionSet.bestTable.pointee.dequantize(type.ckType, data, Int64(count), out)
  }
}
