import CMachineLimits
import Foundation
import Kernels

#if canImport(Darwin)
  import Darwin
#endif

/// What the figures were measured on.
struct Machine {
  let threads: Int
  /// The instruction sets that the processor has kernels for, the best first.
  let instructionSets: [InstructionSet]

  init(threads: Int?) {
    self.threads = threads ?? ComputePool.physicalCoreCount
    instructionSets = ["avx512", "avxvnni", "avx2", "neon", "generic"].compactMap {
      try? InstructionSet(named: $0)
    }
  }

  /// A sentence with everything that figures depend on.
  var description: String {
    let date = Date().formatted(.iso8601.year().month().day())
    return """
      Measured on \(date): \(Self.processorName), \(threads) thread\(threads == 1 ? "" : "s"), instruction set \
      \(InstructionSet.best.name); compiled by \(Self.compilerName).

      """
  }

  /// The compiler without what its builder added to its version.
  private static var compilerName: String {
    String(cString: cml_compiler()).components(separatedBy: " (")[0]
  }

  private static var processorName: String {
    #if canImport(Darwin)
      var bytes = [UInt8](repeating: 0, count: 256)
      var size = bytes.count
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else {
        return "unknown processor"
      }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
        return "unknown processor"
      }
      func field(_ name: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }?
          .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      }
      guard let name = field("model name") else { return "unknown processor" }
      guard let family = field("cpu family"), let model = field("model\t") else { return name }
      return "\(name) (family \(family), model \(model))"
    #endif
  }
}
