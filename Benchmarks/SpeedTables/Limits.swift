import CMachineLimits
import Kernels

/// What a machine can do at most.
struct Limits {
  /// Operations a second with one instruction set.
  struct Peak {
    let instructionSet: InstructionSet
    /// Products of integers and their sums.
    var integers: Double
    /// Products of floats and their sums.
    var floats: Double
  }

  let threads: Int
  /// Bytes a second.
  private(set) var bandwidth: Double
  /// For each instruction set, the best first.
  private(set) var peaks: [Peak]

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

  /// Measures once more and keeps what is higher: a machine isn't always equally fast, and what it does in between should
  /// not be beyond its limits.
  mutating func update(_ machine: Machine) {
    let again = Limits(machine, threads: threads)
    bandwidth = max(bandwidth, again.bandwidth)
    for index in peaks.indices {
      peaks[index].integers = max(peaks[index].integers, again.peaks[index].integers)
      peaks[index].floats = max(peaks[index].floats, again.peaks[index].floats)
    }
  }

  /// Those of the best instruction set in a phrase.
  var description: String {
    let integers = Figure.giga(peaks.first?.integers ?? 0)
    let floats = Figure.giga(peaks.first?.floats ?? 0)
    return "\(Figure.giga(bandwidth)) GB/s, \(integers) GOP/s, \(floats) GFLOP/s"
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
