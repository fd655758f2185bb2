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

  /// Reads a part of a matrix.
  package typealias Reader =
    @Sendable (
      _ index: Int, _ offset: Int, _ bytes: UnsafeMutableRawBufferPointer
    ) -> Bool

  /// Packs matrices, none of which may be packed, into memory that they share. Runs on a thread for each physical core,
  /// or as many as can be started.
  ///
  /// - Parameter read: copies bytes of the matrix of that index, as many as there is room for and from `offset` on, to
  ///   where they are packed from; called on any thread. Returns `false` where they are to be read in place.
  package static func pack(
    _ matrices: [WeightMatrix], read: @escaping Reader = { _, _, _ in false }
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
      matrices: matrices, offsets: offsets, counts: counts, byteCount: total,
      memory: memory.pointer, read: read)
    try job.run()
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

/// Matrices on their way into shared memory, cut into tasks by where in it they go: each task writes panels of
/// its own, nearly all in pages of its own, whatever the sizes of the matrices.
private struct PackingJob {
  let matrices: [WeightMatrix]
  let offsets: [Int]
  let counts: [Int]
  let memory: UnsafeMutablePointer<UInt8>
  let read: PackedMatrix.Reader
  private let table = InstructionSet.bestTable
  /// Bytes of packed memory a task, and the most bytes that are copied at a time.
  private let share: Int
  private let turn: Int
  private let taskCount: Int
  private let threadCount = ck_physical_cores()

  init(
    matrices: [WeightMatrix], offsets: [Int], counts: [Int], byteCount: Int,
    memory: UnsafeMutablePointer<UInt8>, read: @escaping PackedMatrix.Reader
  ) {
    self.matrices = matrices
    self.offsets = offsets
    self.counts = counts
    self.memory = memory
    self.read = read
    // A large page a task, or less for a few tasks a thread; what is read at a time stays in cache.
    share = min(max(byteCount / (8 * Int(threadCount)), 64 << 10), 2 << 20)
    taskCount = (byteCount + share - 1) / share
    let widestPanel = matrices.map { $0.rowBytes * Int(CK_PACKED_ROWS) }.max() ?? 0
    turn = min(max(widestPanel, 256 << 10), 4 << 20)
  }

  func run() throws(KernelError) {
    let floats = Int64(turn / MemoryLayout<Float>.size)
    guard let pool = ck_pool_create(threadCount, floats) else {
      throw .outOfMemory(bytes: turn)
    }
    defer { ck_pool_destroy(pool) }
    withUnsafePointer(to: self) { job in
      ck_pool_run(
        pool,
        { job, task, scratch in
          guard let job, let scratch else { return }
          job.assumingMemoryBound(to: PackingJob.self).pointee.pack(task: Int(task), scratch)
        }, UnsafeMutableRawPointer(mutating: job), Int32(clamping: taskCount))
    }
  }

  /// Packs the panels that begin in the task's share of the memory.
  private func pack(task: Int, _ scratch: UnsafeMutableRawPointer) {
    let part = task * share..<(task + 1) * share
    for (index, matrix) in matrices.enumerated() {
      let begin = offsets[index]
      guard begin < part.upperBound, begin + counts[index] > part.lowerBound else { continue }
      let height = Int(CK_PACKED_ROWS)
      let panelCount = (matrix.rows + height - 1) / height
      let panelBytes = counts[index] / panelCount
      let first = (max(part.lowerBound - begin, 0) + panelBytes - 1) / panelBytes
      let end = min((part.upperBound - begin + panelBytes - 1) / panelBytes, panelCount)
      let panelsAtOnce = max(turn / (height * matrix.rowBytes), 1)
      for panel in stride(from: first, to: end, by: panelsAtOnce) {
        pack(
          index, panel..<min(panel + panelsAtOnce, end), into: memory + begin + panel * panelBytes,
          scratch)
      }
    }
  }

  /// Packs some of a matrix's panels, by way of `scratch` where they can be copied.
  private func pack(
    _ index: Int, _ panels: Range<Int>, into out: UnsafeMutablePointer<UInt8>,
    _ scratch: UnsafeMutableRawPointer
  ) {
    let height = Int(CK_PACKED_ROWS)
    var source = matrices[index].ckMatrix
    let firstRow = panels.lowerBound * height
    let rows = min(panels.upperBound * height, matrices[index].rows) - firstRow
    let offset = firstRow * matrices[index].rowBytes
    let copy = UnsafeMutableRawBufferPointer(
      start: scratch, count: rows * matrices[index].rowBytes)
    let isCopied = copy.count <= turn && read(index, offset, copy)
    source.data = isCopied ? UnsafeRawPointer(scratch) : source.data + offset
    source.rows = Int64(rows)
    for panel in 0..<panels.count { ck_pack(table, &source, Int64(panel), out) }
  }
}
