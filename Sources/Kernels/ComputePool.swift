import CKernels

/// The threads of one session, and the kernels that they run. One caller at a time; not `Sendable`.
///
/// No result depends on the number of threads: each output element is computed whole, in one fixed order, by one of
/// them, or joined, in one order, from parts that are.
package final class ComputePool {
  /// The instruction set in use.
  package let instructionSet: InstructionSet
  /// The number of threads, the caller included.
  package let threadCount: Int
  let pool: OpaquePointer
  let table: UnsafePointer<ck_kernels>
  private let maximumColumns: Int
  /// Room for a job's inputs as integers: ``maximumInputRowCount`` rows of ``maximumColumns``, rounded up to whole
  /// blocks.
  private let inputValues: AlignedBuffer<Int8>
  private let inputBlocks: AlignedBuffer<ck_input_block>

  /// What each query has seen of each chunk of its positions, where those are shared out.
  private var parts: AlignedBuffer<Float>

  /// The maximum number of rows of input that are quantised together. Longer inputs go in turns.
  private static let maximumInputRowCount = 256

  /// Starts workers beside the caller's thread.
  ///
  /// - Parameters:
  ///   - threadCount: the number of threads, the caller's included; `nil`: one for each physical core, or as many as can
  ///     be started.
  ///   - maximumColumns: the widest matrix that will be multiplied.
  package init(
    instructionSet: InstructionSet, threadCount: Int?, maximumColumns: Int
  ) throws(KernelError) {
    let wanted = threadCount ?? Self.physicalCoreCount
    guard wanted > 0 else { throw .cannotStartThreads(wanted) }
    let scratch = ck_matmul_scratch(Int64(maximumColumns))
    guard let pool = ck_pool_create(Int32(clamping: wanted), scratch) else {
      throw .outOfMemory(bytes: Int(scratch) * MemoryLayout<Float>.stride)
    }
    let started = Int(ck_pool_threads(pool))
    guard threadCount == nil || started == wanted else {
      ck_pool_destroy(pool)
      throw .cannotStartThreads(wanted)
    }
    self.pool = pool
    self.maximumColumns = maximumColumns
    let blocks = (maximumColumns + Int(CK_BLOCK_COLUMNS) - 1) / Int(CK_BLOCK_COLUMNS)
    // Extents are below 2^30, so the products have room to spare.
    inputValues = try AlignedBuffer(
      count: Self.maximumInputRowCount * blocks * Int(CK_BLOCK_COLUMNS))
    inputBlocks = try AlignedBuffer(count: Self.maximumInputRowCount * blocks)
    parts = try AlignedBuffer(count: 0)
    self.instructionSet = instructionSet
    self.threadCount = started
    table = instructionSet.table
  }

  deinit {
    ck_pool_destroy(pool)
  }

  /// Physical cores that this process may run on; on Apple silicon the performance cores alone.
  package static var physicalCoreCount: Int { Int(ck_physical_cores()) }

  /// ``physicalCoreCount``, or as many threads as can be started where those are fewer. Found once, by starting them.
  package static let startableThreadCount = Int(ck_startable_threads(ck_physical_cores()))

  /// Whether so many threads can be started beside the present one. Found by starting them.
  package static func canStart(_ count: Int) -> Bool {
    ck_startable_threads(Int32(count + 1)) == count + 1
  }

  /// Up to three products of the same input, as one job.
  ///
  /// - Parameters:
  ///   - x: `[rows, stride]`.
  ///   - preparation: how `x` is made first; `nil`: it is there.
  ///   - second, third: further products of `x`, such as key and value beside the query.
  package func multiply(
    _ x: UnsafePointer<Float>, rows: Int, stride: Int, preparation: Preparation? = nil,
    _ first: Product, _ second: Product? = nil, _ third: Product? = nil
  ) {
    var job = ck_matmul()
    job.x = x
    if let preparation { job.preparation = preparation.ckPreparation }
    job.x_stride = Int64(stride)
    job.rows = Int64(rows)
    job.products.0 = first.ckProduct
    job.product_count = 1
    if let second {
      job.products.1 = second.ckProduct
      job.product_count = 2
    }
    if let third {
      job.products.2 = third.ckProduct
      job.product_count = 3
    }
    let isPacked =
      first.weight.isPacked || second?.weight.isPacked == true || third?.weight.isPacked == true
    if isPacked { multiplyPacked(&job) } else { ck_pool_matmul(pool, table, &job) }
  }

  /// A job with packed weights: in turns of as many rows as there is room for.
  private func multiplyPacked(_ job: inout ck_matmul) {
    let columns = job.products.0.weight.columns
    precondition(columns <= maximumColumns)
    job.inputs = ck_inputs(
      values: inputValues.pointer, blocks: inputBlocks.pointer,
      block_count: (columns + Int64(CK_BLOCK_COLUMNS) - 1) / Int64(CK_BLOCK_COLUMNS))
    var remaining = job.rows
    while remaining > 0 {
      job.rows = min(remaining, Int64(Self.maximumInputRowCount))
      ck_pool_matmul(pool, table, &job)
      remaining -= job.rows
      job.x += Int(job.rows * job.x_stride)
      job.preparation.advance(by: Int(job.rows), stride: Int(job.x_stride), columns: Int(columns))
      job.products.0.out += Int(job.rows * job.products.0.out_stride)
      if job.product_count > 1 { job.products.1.out += Int(job.rows * job.products.1.out_stride) }
      if job.product_count > 2 { job.products.2.out += Int(job.rows * job.products.2.out_stride) }
    }
  }

  /// Attention of a batch of query rows over their sequences' blocks.
  ///
  /// Few rows that look far back are shared out by chunks of their positions, so that all threads have something to do.
  /// The result is the same bits either way. The memory for that grows once in 512 positions.
  package func attend(_ attention: Attention) {
    var job = attention.ckAttention
    let chunks = attention.chunks
    if chunks.count > 1, attention.rows * attention.keyValueHeadCount < 4 * threadCount {
      let count = attention.partsCount(chunks: chunks.count)
      if parts.count < count, let room = try? AlignedBuffer<Float>(count: count) {
        parts = room
      }
      // Without the memory it is done in one piece.
      if parts.count >= count {
        job.parts = parts.pointer
        job.first_chunk = Int32(chunks.lowerBound)
        job.chunks = Int32(chunks.count)
      }
    }
    ck_pool_attend(pool, table, &job)
  }

  /// Low-rank updates of rows of projections, each element of `jobs` as one task.
  func adapt(_ jobs: UnsafePointer<ck_adaptation>, count: Int) {
    ck_pool_adapt(pool, table, jobs, Int32(count))
  }

  /// out = x / √(mean(x²) + ε) · weight, for one row.
  package func rmsNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.rms_norm(x, weight, epsilon, Int64(count), out)
  }

  /// gate = SiLU(gate) · up, element by element.
  package func siluMultiply(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int
  ) {
    table.pointee.silu_multiply(gate, up, Int64(count))
  }

  /// Turns the pairs of each head by the angles whose cosines and sines (`[dimension / 2]` each) are given.
  package func rotate(
    _ x: UnsafeMutablePointer<Float>, heads: Int, headDimension: Int, dimension: Int,
    interleaved: Bool, cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>
  ) {
    table.pointee.rotate(
      x, Int32(heads), Int32(headDimension), Int32(dimension), interleaved, cosines, sines)
  }

  /// Whether every element is a finite number.
  package func allFinite(_ x: UnsafePointer<Float>, count: Int) -> Bool {
    table.pointee.all_finite(x, Int64(count))
  }
}
