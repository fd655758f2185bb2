import CKernels
import Kernels
import Synchronization
import Testing

/// Counts how often each task ran.
private final class Tally: Sendable {
  let counts = Mutex<[Int]>([])
}

@Suite struct ComputePoolTests {
  @Test(arguments: [1, 2, 3, 8])
  func everyTaskRunsOnceInEveryJob(_ threads: Int32) throws {
    let pool = try #require(ck_pool_create(threads, 0))
    defer { ck_pool_destroy(pool) }
    for count in [1, 2, 7, 100, 1000] as [Int32] {
      for _ in 0..<20 {
        let tally = Tally()
        tally.counts.withLock { $0 = Array(repeating: 0, count: Int(count)) }
        ck_pool_run(
          pool,
          { context, index, _ in
            guard let context else { return }
            let tally = Unmanaged<Tally>.fromOpaque(context).takeUnretainedValue()
            tally.counts.withLock { $0[Int(index)] += 1 }
          }, Unmanaged.passUnretained(tally).toOpaque(), count)
        #expect(tally.counts.withLock { $0.allSatisfy { $0 == 1 } })
      }
    }
  }

  @Test func sleepingWorkersWakeForTheNextJob() async throws {
    let pool = try ComputePool.make(instructionSets[0], threads: 3)
    var noise = Noise(seed: 1)
    let x = noise.floats(64)
    let weights = noise.floats(64 * 3000)
    let expected = pool.product(x: x, rows: 1, weights: weights, columns: 64)
    for _ in 0..<5 {
      // Far longer than workers spin.
      try await Task.sleep(for: .milliseconds(20))
      #expect(pool.product(x: x, rows: 1, weights: weights, columns: 64) == expected)
    }
  }

  @Test func poolsComeAndGo() throws {
    for threads in 1...20 {
      #expect(try ComputePool.make(instructionSets[0], threads: threads).threadCount == threads)
    }
  }

  @Test func aPoolWithoutThreadsIsRefused() {
    #expect(throws: KernelError.cannotStartThreads(0)) {
      try ComputePool.make(instructionSets[0], threads: 0)
    }
  }
}
