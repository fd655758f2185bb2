import CKernels

/// Work in independent parts.
package enum ParallelWork {
  /// Calls `body` once for each of `0..<count`, on as many threads as there are physical cores, and returns when all are
  /// done. Where no thread can be started, the caller does it all.
  package static func run(count: Int, _ body: @Sendable (Int) -> Void) {
    guard count > 1, let pool = ck_pool_create(ck_physical_cores(), 0) else {
      for index in 0..<count { body(index) }
      return
    }
    defer { ck_pool_destroy(pool) }
    run(count: count, on: pool, body)
  }

  /// The same on the threads of a pool.
  static func run(count: Int, on pool: OpaquePointer, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: Work(body: body)) { work in
        ck_pool_run(
          pool,
          { work, index, _ in
            work?.assumingMemoryBound(to: Work.self).pointee.body(Int(index))
          }, UnsafeMutableRawPointer(mutating: work), Int32(clamping: count))
      }
    }
  }

  private struct Work {
    let body: @Sendable (Int) -> Void
  }
}

extension ComputePool {
  /// Calls `body` once for each of `0..<count`, on the threads of the pool, and returns when all are done.
  package func run(count: Int, _ body: @Sendable (Int) -> Void) {
    ParallelWork.run(count: count, on: pool, body)
  }
}
