/// Why a computation can't be set up.
public enum KernelError: Error, Hashable, Sendable {
  /// `DECODE_ISA` names an instruction set that this processor or this build doesn't have.
  case unsupportedInstructionSet(String)
  /// Memory for this many bytes could not be had.
  case outOfMemory(bytes: Int)
  /// That many threads could not be started.
  case cannotStartThreads(Int)
}

extension KernelError: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .unsupportedInstructionSet(let name):
      "DECODE_ISA=\(name): this processor has no such kernels; write generic, avx2 or avx512, or leave it unset"
    case .outOfMemory(let bytes): "no memory for \(bytes) bytes"
    case .cannotStartThreads(let count):
      "can't start \(count) threads; ask for fewer with --threads"
    }
  }
}
