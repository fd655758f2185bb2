import ArgumentParser
import Kernels

/// `SpeedTables kernels`: every kernel with every instruction set that the processor has.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "The kernels, beside the machine's limits.")

  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var output: OutputOptions

  private static let section = "kernels"

  func run() throws {
    try output.check(sections: [Self.section])
    let machine = Machine(threads: threadOptions.threads)
    var limits = Limits(machine, threads: machine.threads)
    var oneThread = Limits(machine, threads: 1)
    let tables = [
      try ProductTable.integers.text(machine),
      try ProductTable.floats.text(machine),
      try AttentionTable.text(machine),
      try RowTable.text(machine),
    ]
    limits.update(machine)
    oneThread.update(machine)
    let sections =
      [
        machine.description,
        "**The machine's limits**\n",
        Limits.table(limits, oneThread: oneThread),
      ] + tables
    try output.write(sections.joined(separator: "\n"), section: Self.section)
  }
}
