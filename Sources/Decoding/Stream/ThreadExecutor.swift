import Foundation
import Synchronization

/// A serial executor with a thread of its own, for actors whose jobs compute for long: the cooperative pool has about
/// one thread a core, and a forward pass on it would starve everything else.
///
/// The thread ends when the last reference to the executor goes.
package final class ThreadExecutor: SerialExecutor {
  private let queue = Queue()

  package init(name: String) {
    let queue = queue
    let thread = Thread { queue.run(named: name) }
    // The forward pass of a deep model over a long prompt needs more than the half megabyte that threads get.
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit {
    queue.close()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), executor: asUnownedSerialExecutor())
  }

  /// The jobs that wait, and the thread's loop over them.
  private final class Queue: Sendable {
    private struct State {
      var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
      var isClosed = false
    }

    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    func append(_ job: UnownedJob, executor: UnownedSerialExecutor) {
      state.withLock { $0.jobs.append((job, executor)) }
      changed.signal()
    }

    func close() {
      state.withLock { $0.isClosed = true }
      changed.signal()
    }

    func run(named name: String) {
      changed.wait()
      // On Linux a name only sticks when the thread sets it itself, and after `start` has returned, as it has when
      // there is work.
      Thread.current.name = name
      while true {
        let (jobs, isClosed) = state.withLock { state in
          defer { state.jobs = [] }
          return (state.jobs, state.isClosed)
        }
        for (job, executor) in jobs { job.runSynchronously(on: executor) }
        if isClosed { return }
        changed.wait()
      }
    }
  }
}
