import CKernels

/// A copy of a weight matrix in the layout of the integer kernels: panels of 16 rows, blocks of 32 columns
/// (`CKernels/packing.h`). Quantised types keep the exact values that they stand for; floats are rounded to 8 bits, to
/// within half of a scale that is a block's largest magnitude / 127.
///
/// Immutable: the memory is written before there is a value, so any thread may read it. Matrices that were packed
/// together share their memory.
package struct PackedMatrix: Sendable {
  private let memory: PageBuffer
  private let offset: Int
  private let rows: Int
  private let columns: Int
  private let type: StorageType
  /// Bytes of memory.
  package let byteCount: Int

  /// Packs matrices, none of which may be packed, into memory that they share. Runs on a thread for each physical core.
  ///
  /// - Parameters:
  ///   - willRead: called with a matrix's index and the bytes of it that are read next, on any thread.
  ///   - didRead: called when they are not needed any more.
  package static func pack(
    _ matrices: [WeightMatrix],
    willRead: @escaping @Sendable (_ index: Int, _ bytes: Range<Int>) -> Void = { _, _ in },
    didRead: @escaping @Sendable (_ index: Int, _ bytes: Range<Int>) -> Void = { _, _ in }
  ) throws(KernelError) -> [PackedMatrix] {
    var offsets: [Int] = []
    var counts: [Int] = []
    var total = 0
    for matrix in matrices {
      let size = ck_packed_bytes(
        ck_packing_for(matrix.type.ckType), Int64(matrix.rows), Int64(matrix.columns))
      let (end, overflow) = total.addingReportingOverflow(Int(clamping: size))
      // Each begins at a cache line.
      guard size >= 0, !overflow, end <= .max - 63 else { throw .outOfMemory(bytes: .max) }
      offsets.append(total)
      counts.append(Int(size))
      total = (end + 63) & ~63
    }
    let memory = try PageBuffer(count: total)
    let job = PackingJob(
      matrices: matrices, offsets: offsets, counts: counts, memory: memory.pointer,
      willRead: willRead, didRead: didRead)
    try job.run(byteCount: total)
    return matrices.indices.map { index in
      PackedMatrix(
        memory: memory, offset: offsets[index], rows: matrices[index].rows,
        columns: matrices[index].columns, type: matrices[index].type, byteCount: counts[index])
    }
  }

  /// The matrix for the kernels; valid as long as this value or a copy of it lives.
  package var matrix: WeightMatrix {
    WeightMatrix(packed: memory.pointer + offset, rows: rows, columns: columns, type: type)
  }
}

/// Matrices on their way into shared memory, cut into tasks by where in it they go: each task writes pages of its own,
/// whatever the sizes of the matrices.
private struct PackingJob {
  let matrices: [WeightMatrix]
  let offsets: [Int]
  let counts: [Int]
  let memory: UnsafeMutablePointer<UInt8>
  let willRead: @Sendable (Int, Range<Int>) -> Void
  let didRead: @Sendable (Int, Range<Int>) -> Void
  private let table = InstructionSet.bestTable
  /// Bytes a task.
  private var share = 0

  init(
    matrices: [WeightMatrix], offsets: [Int], counts: [Int],
    memory: UnsafeMutablePointer<UInt8>,
    willRead: @escaping @Sendable (Int, Range<Int>) -> Void,
    didRead: @escaping @Sendable (Int, Range<Int>) -> Void
  ) {
    self.matrices = matrices
    self.offsets = offsets
    self.counts = counts
    self.memory = memory
    self.willRead = willRead
    self.didRead = didRead
  }

  func run(byteCount: Int) throws(KernelError) {
    let threads = ck_physical_cores()
    guard let pool = ck_pool_create(threads, 0) else { throw .cannotStartThreads(Int(threads)) }
    defer { ck_pool_destroy(pool) }
    var job = self
    // A large page, or less for a few tasks a thread.
    job.share = min(max(byteCount / (8 * Int(threads)), 64 << 10), 2 << 20)
    ck_pool_run(
      pool,
      { context, index, _ in
        context?.assumingMemoryBound(to: PackingJob.self).pointee.pack(task: Int(index))
      }, &job, Int32(clamping: (byteCount + job.share - 1) / job.share))
  }

  /// Packs the panels that begin in the task's share of the memory.
  private func pack(task: Int) {
    let part = task * share..<(task + 1) * share
    for (index, matrix) in matrices.enumerated() {
      let begin = offsets[index]
      guard begin < part.upperBound, begin + counts[index] > part.lowerBound else { continue }
      let height = Int(CK_PACKED_ROWS)
      let panelCount = (matrix.rows + height - 1) / height
      let panelBytes = counts[index] / panelCount
      let first = (max(part.lowerBound - begin, 0) + panelBytes - 1) / panelBytes
      let end = min((part.upperBound - begin + panelBytes - 1) / panelBytes, panelCount)
      guard first < end else { continue }
      let bytes =
        first * height * matrix.rowBytes..<min(end * height, matrix.rows) * matrix.rowBytes
      willRead(index, bytes)
      var source = matrix.ckMatrix
      for panel in first..<end { ck_pack(table, &source, Int64(panel), memory + begin) }
      didRead(index, bytes)
    }
  }
}
