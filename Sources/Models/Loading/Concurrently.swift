internal import Kernels
internal import Synchronization

/// Does two things at once, on this thread and one other; one after the other where no thread can be started.
///
/// - Throws: what the first throws, else what the second throws; the other is done to its end all the same.
func concurrently<First: Sendable, Second: Sendable>(
  _ first: () throws(LoadError) -> First,
  _ second: @escaping @Sendable () throws(LoadError) -> Second
) throws(LoadError) -> (First, Second) {
  let place = ResultPlace<Second>()
  let firstResult = OwnThread.run({ place.fill(Result(catching: second)) }) {
    Result(catching: first)
  }
  // It is there; the alternative stands in for what can't be.
  return (try firstResult.get(), try (place.result ?? Result(catching: second)).get())
}

/// Where one thread leaves a result for another.
private final class ResultPlace<Value: Sendable>: Sendable {
  private let value = Mutex<Result<Value, LoadError>?>(nil)

  var result: Result<Value, LoadError>? { value.withLock { $0 } }

  func fill(_ result: Result<Value, LoadError>) { value.withLock { $0 = result } }
}
