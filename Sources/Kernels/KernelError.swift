/// Why a computation can't be set up.
public enum KernelError: Error, Hashable, Sendable {
  /// An instruction set, perhaps from `DECODE_ISA`, that this processor or this build doesn't have.
  case unsupportedInstructionSet(String)
  /// Memory for this many bytes could not be allocated.
  case outOfMemory(bytes: Int)
  /// That many threads could not be started.
  case cannotStartThreads(Int)
}

extension KernelError: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .unsupportedInstructionSet(let name):
      "instruction set “\(name)”: this processor has no such kernels; DECODE_ISA is generic, avx2, avxvnni, avx512, neon or unset"
    case .outOfMemory(let bytes): "no memory for \(bytes) bytes"
    case .cannotStartThreads(let count):
      "can't start \(count) threads, or have the memory for them; ask for fewer"
    }
  }
}
