internal import CKernels

/// Threads of one's own, which may fail to start: work can then be done where it is.
///
/// A pool of threads that is shared, as Dispatch's is, waits for a thread where none can be had, for ever.
package enum OwnThread {
  /// Does something on another thread while `body` runs here.
  ///
  /// - Returns: what `body` gives, when both are done.
  /// - Throws: what `body` throws, when both are done.
  package static func run<Result, Failure: Error>(
    _ other: @escaping @Sendable () -> Void, beside body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let work = Unmanaged.passRetained(Work(other))
    let thread = ck_thread_start({ Work.run($0) }, work.toOpaque())
    defer {
      if let thread { ck_thread_join(thread) } else { Work.run(work.toOpaque()) }
    }
    return try body()
  }

  /// Does something on another thread, and doesn't wait for it.
  ///
  /// - Parameter name: what debuggers call the thread; at most 15 bytes.
  /// - Returns: whether a thread could be started; nothing is done otherwise.
  package static func detach(named name: String, _ other: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(
      Work {
        ck_name_thread(name)
        other()
      })
    guard ck_thread_detach({ Work.run($0) }, work.toOpaque()) else {
      work.release()
      return false
    }
    return true
  }

  /// What a thread does, once.
  private final class Work: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Runs and releases the work that a thread was given.
    static func run(_ context: UnsafeMutableRawPointer?) {
      guard let context else { return }
      Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
    }
  }
}
