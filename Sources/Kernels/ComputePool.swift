import CKernels

/// The threads of one session, and the kernels that they run. One caller at a time; not `Sendable`.
///
/// No result depends on the number of threads: each output element is computed whole, in one fixed order, by one of
/// them.
package final class ComputePool {
  /// The instruction set in use.
  package let instructionSet: InstructionSet
  /// The number of threads, the caller included.
  package let threadCount: Int
  private let pool: OpaquePointer
  private let table: UnsafePointer<ck_kernels>

  /// Starts `threadCount` - 1 workers.
  ///
  /// - Parameter maximumColumns: the widest matrix that will be multiplied.
  package init(
    instructionSet: InstructionSet, threadCount: Int, maximumColumns: Int
  ) throws(KernelError) {
    guard
      let pool = ck_pool_create(
        Int32(clamping: threadCount), ck_matmul_scratch(Int64(maximumColumns)))
    else { throw .cannotStartThreads(threadCount) }
    self.pool = pool
    self.instructionSet = instructionSet
    self.threadCount = threadCount
    table = instructionSet.table
  }

  deinit {
    ck_pool_destroy(pool)
  }

  /// Physical cores that this process may run on.
  package static var physicalCoreCount: Int { Int(ck_physical_cores()) }

  /// Up to three products of the same input, as one job.
  ///
  /// - Parameters:
  ///   - x: `[rows, stride]`.
  ///   - second, third: further products of `x`, such as key and value beside the query.
  package func multiply(
    _ x: UnsafePointer<Float>, rows: Int, stride: Int, _ first: Product, _ second: Product? = nil,
    _ third: Product? = nil
  ) {
    var job = ck_matmul()
    job.x = x
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
    ck_pool_matmul(pool, table, &job)
  }

  /// Attention of a batch of query rows over their sequences' blocks.
  package func attend(_ attention: Attention) {
    var job = attention.ckAttention
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
