internal import Dispatch
internal import Kernels
internal import Synchronization

/// A serial executor with a thread of its own, for actors whose jobs compute for long: the cooperative pool has about
/// one thread a core, and a forward pass on it would starve everything else.
///
/// The thread ends when the last reference to the executor goes. Where none can be started, jobs run on the threads
/// that bring them, still one at a time.
package final class ThreadExecutor: SerialExecutor {
  private let queue = Queue()
  private let hasThread: Bool

  package init(name: String) {
    let queue = queue
    hasThread = OwnThread.detach(named: name) { queue.run() }
  }

  deinit {
    queue.close()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), executor: asUnownedSerialExecutor())
    if !hasThread { queue.runHere() }
  }

  /// The jobs that wait, and the loop over them.
  private final class Queue: Sendable {
    private typealias Entry = (UnownedJob, UnownedSerialExecutor)

    private struct State {
      var jobs: [Entry] = []
      var isClosed = false
      /// Whether a thread that brought a job runs all that come.
      var isRunning = false
    }

    private let state = Mutex(State())
    // It waits on the number alone, and needs no thread of Dispatch's.
    private let changed = DispatchSemaphore(value: 0)

    func append(_ job: UnownedJob, executor: UnownedSerialExecutor) {
      state.withLock { $0.jobs.append((job, executor)) }
      changed.signal()
    }

    func close() {
      state.withLock { $0.isClosed = true }
      changed.signal()
    }

    func run() {
      while true {
        changed.wait()
        let (jobs, isClosed) = state.withLock { state in
          defer { state.jobs = [] }
          return (state.jobs, state.isClosed)
        }
        for (job, executor) in jobs { job.runSynchronously(on: executor) }
        if isClosed { return }
      }
    }

    /// Runs what waits on this thread, unless another does.
    func runHere() {
      let isFree = state.withLock { state in
        defer { state.isRunning = true }
        return !state.isRunning
      }
      guard isFree else { return }
      while true {
        let jobs: [Entry] = state.withLock { state in
          defer { state.jobs = [] }
          if state.jobs.isEmpty { state.isRunning = false }
          return state.jobs
        }
        if jobs.isEmpty { return }
        for (job, executor) in jobs { job.runSynchronously(on: executor) }
      }
    }
  }
}
