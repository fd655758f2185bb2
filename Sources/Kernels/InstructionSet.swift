import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One build of the kernels: the functions for an instruction set.
///
/// All builds compute the same formulas in the same order, and agree bit for bit, on every processor; but for `generic`
/// on x86-64, which has no fused multiply-add and differs in the last places where floats are multiplied.
public struct InstructionSet: Sendable, Hashable, CustomStringConvertible {
  /// `generic`; on x86-64 `avx2`, `avxvnni` (AVX2 with dot products of bytes) or `avx512` (with them too); on 64-bit Arm
  /// `neon` (with them too).
  public let name: String

  /// The kernels of that name.
  ///
  /// - Throws: ``KernelError/unsupportedInstructionSet(_:)`` where this processor doesn't have them.
  public init(named name: String) throws(KernelError) {
    guard ck_select(name) != nil else { throw .unsupportedInstructionSet(name) }
    self.name = name
  }

  /// The one that the environment's `DECODE_ISA` names, else the best that this processor has.
  ///
  /// - Throws: ``KernelError/unsupportedInstructionSet(_:)`` for a name that can't be honoured.
  public static func preferred() throws(KernelError) -> InstructionSet {
    if let forced = getenv("DECODE_ISA").map({ String(cString: $0) }), !forced.isEmpty {
      return try InstructionSet(named: forced)
    }
    return best
  }

  /// The best that this processor has.
  package static var best: InstructionSet { InstructionSet(table: bestTable) }

  /// The exact float32 values of `count` stored elements, a multiple of the type's block. The same with every
  /// instruction set.
  package func dequantize(
    _ type: StorageType, _ data: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.dequantize(type.ckType, data, Int64(count), out)
  }

  private init(table: UnsafePointer<ck_kernels>) {
    name = String(cString: table.pointee.name)
  }

  /// The functions. A name is checked when the value is made, so a table is always found.
  var table: UnsafePointer<ck_kernels> { ck_select(name) ?? Self.bestTable }

  static var bestTable: UnsafePointer<ck_kernels> { ck_select_best() }

  /// The name.
  public var description: String { name }
}
