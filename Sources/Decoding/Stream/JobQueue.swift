internal import Dispatch
internal import Kernels
internal import Synchronization

/// Jobs that wait for threads of one's own.
///
/// The cooperative pool has about one thread a core: what computes for long would starve everything else there, and what
/// others compute there would hold up what must go on.
final class JobQueue: Sendable {
  private struct State {
    /// In the order in which they came; those before `first` are done.
    var jobs: [@Sendable () -> Void] = []
    var first = 0
    var isClosed = false
    /// Whether a thread that brought a job runs all that come.
    var isRunning = false

    mutating func next() -> (@Sendable () -> Void)? {
      guard first < jobs.count else { return nil }
      defer {
        first += 1
        if first == jobs.count { (jobs, first) = ([], 0) }
      }
      return jobs[first]
    }
  }

  private let state = Mutex(State())
  // It waits on the number alone, and needs no thread of Dispatch's.
  private let changed = DispatchSemaphore(value: 0)
  private let threadCount = Mutex(0)

  /// Starts threads, as many as can be. Where there are none, jobs run on the threads that bring them, one at a time.
  func start(_ count: Int, named name: String) {
    for _ in 0..<count where OwnThread.detach(named: name, { self.run() }) {
      threadCount.withLock { $0 += 1 }
    }
  }

  func append(_ job: @escaping @Sendable () -> Void) {
    state.withLock { $0.jobs.append(job) }
    changed.signal()
    if threadCount.withLock({ $0 }) == 0 { runHere() }
  }

  /// Ends the threads once all jobs are done.
  func close() {
    state.withLock { $0.isClosed = true }
    for _ in 0..<threadCount.withLock({ $0 }) { changed.signal() }
  }

  private func run() {
    while true {
      changed.wait()
      let (job, isClosed) = state.withLock { ($0.next(), $0.isClosed) }
      if let job { job() } else if isClosed { return }
    }
  }

  /// Runs what waits on this thread, unless another does.
  private func runHere() {
    let isFree = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard isFree else { return }
    while true {
      let job = state.withLock { state in
        let job = state.next()
        if job == nil { state.isRunning = false }
        return job
      }
      guard let job else { return }
      job()
    }
  }
}
