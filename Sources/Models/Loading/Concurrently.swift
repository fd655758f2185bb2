internal import Dispatch
internal import Synchronization

/// Does two things at once, on this thread and one other.
///
/// - Throws: what the first throws, else what the second throws; the other is done to its end all the same.
func concurrently<First: Sendable, Second: Sendable>(
  _ first: @Sendable () throws(LoadError) -> First,
  _ second: @Sendable () throws(LoadError) -> Second
) throws(LoadError) -> (First, Second) {
  let firstResult = Mutex<Result<First, LoadError>?>(nil)
  let secondResult = Mutex<Result<Second, LoadError>?>(nil)
  DispatchQueue.concurrentPerform(iterations: 2) { index in
    if index == 0 {
      let result = Result(catching: first)
      firstResult.withLock { $0 = result }
    } else {
      let result = Result(catching: second)
      secondResult.withLock { $0 = result }
    }
  }
  // Both have been there; the alternatives stand in for what can't be.
  return (
    try (firstResult.withLock { $0 } ?? Result(catching: first)).get(),
    try (secondResult.withLock { $0 } ?? Result(catching: second)).get()
  )
}
