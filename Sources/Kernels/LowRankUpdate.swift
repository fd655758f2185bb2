import CKernels

/// One adapter's update of a projection y = W x: y + s (B (A x) + b). With a gain g, and c the bias that y holds:
/// (y - c + s (B (A x) + b)) g + c. The owner keeps the memory alive.
package struct LowRankUpdate {
  /// A: `[rank, inputs]`.
  package var down: UnsafePointer<Float>
  /// The transpose of B: `[rank, outputs]`.
  package var up: UnsafePointer<Float>
  /// b: `[outputs]`.
  package var upBias: UnsafePointer<Float>?
  /// g: `[outputs]`.
  package var gain: UnsafePointer<Float>?
  /// c: `[outputs]`; read with a gain alone.
  package var bias: UnsafePointer<Float>?
  /// Rows of A.
  package var rank: Int
  /// s.
  package var scale: Float

  /// An update with every field given.
  package init(
    down: UnsafePointer<Float>, up: UnsafePointer<Float>, upBias: UnsafePointer<Float>?,
    gain: UnsafePointer<Float>?, bias: UnsafePointer<Float>?, rank: Int, scale: Float
  ) {
    self.down = down
    self.up = up
    self.upBias = upBias
    self.gain = gain
    self.bias = bias
    self.rank = rank
    self.scale = scale
  }
}

/// Updates in the order in which they are applied, as the kernels read them.
package final class LowRankUpdates {
  private let buffer: AlignedBuffer<ck_low_rank>

  /// Lays `updates` out in memory.
  package init(_ updates: [LowRankUpdate]) throws(KernelError) {
    buffer = try AlignedBuffer(count: updates.count)
    for (index, update) in updates.enumerated() {
      buffer.pointer[index] = ck_low_rank(
        down: update.down, up: update.up, up_bias: update.upBias, gain: update.gain,
        bias: update.bias, rank: Int64(update.rank), scale: update.scale)
    }
  }

  /// The number of updates.
  package var count: Int { buffer.count }

  var pointer: UnsafePointer<ck_low_rank> { UnsafePointer(buffer.pointer) }

  /// Applies the updates to one row of `outputs` elements, where A x is known: for the update of that index, row
  /// `row` of its `down`, read as `[.., rank]`.
  package func apply(
    row: Int, outputs: Int, to out: UnsafeMutablePointer<Float>, with instructionSet: InstructionSet
  ) {
    for index in 0..<count {
      let update = buffer.pointer + index
      let inner = update.pointee.down + row * Int(update.pointee.rank)
      instructionSet.table.pointee.low_rank_up(update, inner, Int64(outputs), out)
    }
  }
}

/// Rows of projections that are to be updated, gathered and then run as one job.
package final class Adaptations {
  /// Rows that one task takes.
  private static let rowsPerTask = 16

  private let buffer: AlignedBuffer<ck_adaptation>
  private var count = 0

  /// Room for the rows of `projections` outputs of up to `rowCapacity` rows each.
  package init(projections: Int, rowCapacity: Int) throws(KernelError) {
    buffer = try AlignedBuffer(count: projections * rowCapacity)
  }

  /// Adds the rows of one projection that all get the same updates. No row may be added twice.
  ///
  /// - Parameters:
  ///   - x: the projection's input, from one row to the next `inputs` apart.
  ///   - out: its output, from one row to the next `outputs` apart.
  ///   - shift: `[outputs]`, added first.
  ///   - rows: into `x` and `out`.
  package func add(
    _ x: UnsafePointer<Float>, inputs: Int, into out: UnsafeMutablePointer<Float>, outputs: Int,
    rows: UnsafeBufferPointer<Int32>, shift: UnsafePointer<Float>?, updates: LowRankUpdates?
  ) {
    var first = 0
    while first < rows.count {
      let share = min(Self.rowsPerTask, rows.count - first)
      buffer.pointer[count] = ck_adaptation(
        x: x, out: out, x_stride: Int64(inputs), out_stride: Int64(outputs),
        inputs: Int64(inputs), outputs: Int64(outputs), shift: shift,
        rows: rows.baseAddress.map { $0 + first }, updates: updates?.pointer,
        row_count: Int32(share), update_count: Int32(updates?.count ?? 0))
      count += 1
      first += share
    }
  }

  /// Runs what was added, and forgets it.
  package func run(on pool: ComputePool) {
    guard count > 0 else { return }
    pool.adapt(UnsafePointer(buffer.pointer), count: count)
    count = 0
  }
}
