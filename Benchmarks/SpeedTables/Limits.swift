import CMachineLimits
import Kernels

/// What a machine can do at most.
struct Limits {
  /// Operations a second with one instruction set.
  struct Peak {
    let instructionSet: InstructionSet
    /// Products of integers and their sums.
    let integers: Double
    /// Products of floats and their sums.
    let floats: Double
  }

  let threads: Int
  /// Bytes a second.
  let bandwidth: Double
  let peaks: [Peak]

  /// More than any cache holds.
  private static let bytesRead: Int64 = 256 << 20

  init(_ machine: Machine, threads: Int) {
    self.threads = threads
    bandwidth = cml_read_bandwidth(Int32(threads), Self.bytesRead)
    peaks = machine.instructionSets.map { set in
      Peak(
        instructionSet: set,
        integers: cml_peak(set.name, CML_INTEGER_DOTS, Int32(threads)),
        floats: cml_peak(set.name, CML_FLOAT_FMAS, Int32(threads)))
    }
  }

  /// The limits as a table, beside those of one thread.
  static func table(_ all: Limits, oneThread: Limits) -> String {
    var table = MarkdownTable(
      ["limit", "unit", "one thread", "\(all.threads) threads"], nameColumns: 2)
    table.add([
      "reading memory", "GB/s", Figure.giga(oneThread.bandwidth), Figure.giga(all.bandwidth),
    ])
    for (one, all) in zip(oneThread.peaks, all.peaks) {
      let name = all.instructionSet.name
      table.add([
        "products of integers, \(name)", "GOP/s", Figure.giga(one.integers),
        Figure.giga(all.integers),
      ])
      table.add([
        "products of floats, \(name)", "GFLOP/s", Figure.giga(one.floats), Figure.giga(all.floats),
      ])
    }
    return table.text
  }
}
