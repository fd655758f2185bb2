import CKernels
import Kernels

/// What is done to one row by one thread: inputs quantised, norms, and the passes over logits that softmax is made of.
enum RowTable {
  /// One pass over a row.
  private struct Pass: Sendable {
    let name: String
    /// Floats in the row.
    let count: Int
    /// Arrays of that length that are read.
    let arraysRead: Int
    let run: @Sendable (ck_kernels, Rows) -> Void
  }

  /// Memory for the longest row.
  private struct Rows {
    let input: AlignedBuffer<Float>
    let weight: AlignedBuffer<Float>
    let output: AlignedBuffer<Float>
    let values: AlignedBuffer<Int8>
    let blocks: AlignedBuffer<ck_input_block>

    init(count: Int) throws {
      input = try AlignedBuffer(count: count)
      weight = try AlignedBuffer(count: count)
      output = try AlignedBuffer(count: count)
      values = try AlignedBuffer(count: count)
      blocks = try AlignedBuffer(count: count)
      input.fillWithNoise()
      weight.fillWithNoise()
      output.fillWithNoise()
    }
  }

  private static func quantizing(_ count: Int) -> Pass {
    Pass(name: "inputs to integers", count: count, arraysRead: 1) { kernels, rows in
      kernels.quantize(
        rows.input.pointer, Int64(count), rows.values.pointer, rows.blocks.pointer)
    }
  }

  private static let passes = [
    quantizing(576), quantizing(1536),
    Pass(name: "RMSNorm", count: 576, arraysRead: 2) { kernels, rows in
      kernels.rms_norm(rows.input.pointer, rows.weight.pointer, 1e-5, 576, rows.output.pointer)
    },
    Pass(name: "maximum of logits", count: 49152, arraysRead: 1) { kernels, rows in
      var isOrdered = true
      rows.output.pointer[0] = kernels.row_maximum(rows.input.pointer, 49152, &isOrdered)
    },
    Pass(name: "sum of exponentials", count: 49152, arraysRead: 1) { kernels, rows in
      rows.output.pointer[0] = Float(kernels.exponential_sum(rows.input.pointer, 49152, 1))
    },
  ]

  /// Measures every pass over a row that is in cache.
  static func text(_ machine: Machine) throws -> String {
    var table = MarkdownTable(
      ["pass", "elements"]
        + machine.instructionSets.flatMap { ["\($0.name), µs", "\($0.name), GB/s"] },
      nameColumns: 2)
    let rows = try Rows(count: passes.map(\.count).max() ?? 0)
    for pass in passes {
      var row = [pass.name, Figure.text(Double(pass.count))]
      for set in machine.instructionSets {
        guard let kernels = ck_select(set.name)?.pointee else { continue }
        // Many rows a call, so that the clock costs nothing.
        let repeats = max(1, 65536 / pass.count)
        let calls =
          Stopwatch.callsPerSecond { _ in
            for _ in 0..<repeats { pass.run(kernels, rows) }
          } * Double(repeats)
        row += [
          Figure.text(1e6 / calls, places: 2),
          Figure.giga(calls * Double(4 * pass.count * pass.arraysRead)),
        ]
      }
      table.add(row)
    }
    return "**Passes over a row, one thread**\n\n\(table.text)"
  }
}
