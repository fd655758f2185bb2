import ArgumentParser
import Kernels

/// `SpeedTables kernels`: every kernel with every instruction set that the processor has.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "The kernels, beside the machine's limits.")

  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let machine = Machine(threads: threadOptions.threads)
    let limits = Limits(machine, threads: machine.threads)
    let oneThread = Limits(machine, threads: 1)
    let sections = [
      machine.description,
      "**The machine's limits**\n",
      Limits.table(limits, oneThread: oneThread),
      try ProductTable.integers.text(machine),
      try ProductTable.floats.text(machine),
      try AttentionTable.text(machine),
      try RowTable.text(machine),
    ]
    try output.write(sections.joined(separator: "\n"), section: "kernels")
  }
}
