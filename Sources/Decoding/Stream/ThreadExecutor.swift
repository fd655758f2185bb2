/// A serial executor with a thread of its own, for actors whose jobs compute for long: the cooperative pool has about
/// one thread a core, and a forward pass on it would starve everything else.
///
/// The thread ends when the last reference to the executor goes. Where none can be started, jobs run on the threads
/// that bring them, still one at a time.
package final class ThreadExecutor: SerialExecutor {
  private let queue = JobQueue()

  package init(name: String) {
    queue.start(1, named: name)
  }

  deinit {
    queue.close()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let (job, executor) = (UnownedJob(job), asUnownedSerialExecutor())
    queue.append { job.runSynchronously(on: executor) }
  }
}

/// An executor with threads of its own, for tasks that must go on whatever others compute on the cooperative pool.
///
/// The threads end when the last reference to the executor goes. Where none can be started, jobs run on the threads that
/// bring them.
package final class ThreadPoolExecutor: TaskExecutor {
  private let queue = JobQueue()

  package init(name: String, threadCount: Int) {
    queue.start(threadCount, named: name)
  }

  deinit {
    queue.close()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let (job, executor) = (UnownedJob(job), asUnownedTaskExecutor())
    queue.append { job.runSynchronously(on: executor) }
  }
}
