import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One build of the kernels: the functions for an instruction set.
///
/// All builds compute the same formulas in the same order. AVX2 and AVX-512 agree bit for bit; `generic` on x86-64 has
/// no fused multiply-add and differs in the last places.
public struct InstructionSet: Sendable, Hashable, CustomStringConvertible {
  /// `generic`, `avx2` or `avx512`.
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
    return InstructionSet(table: bestTable)
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
