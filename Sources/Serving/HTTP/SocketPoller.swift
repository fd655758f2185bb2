#if CommandLine
  import Kernels
  import Synchronization

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// Says when sockets are ready, from a thread of its own: one `poll` over all that are waited for.
  ///
  /// A wait that ends, whether the socket is ready, its time is over or its task cancelled, is forgotten before its task
  /// goes on. So a socket may be closed then, and its number be another's.
  final class SocketPoller: Sendable {
    /// Why there is no waiting any more.
    enum Fault: Error {
      /// The socket was not ready in time.
      case timedOut
      /// The system doesn't say what sockets do.
      case failed(code: Int32)
    }

    /// What a socket is waited for to do.
    enum Direction {
      /// Have bytes, the end of them, or a connection.
      case reading
      /// Take bytes.
      case writing
    }

    private struct Waiter {
      var socket: pollfd
      var deadline: ContinuousClock.Instant?
      var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
      /// By numbers that are given once.
      var waiters: [Int: Waiter] = [:]
      var count = 0
      /// Whether the thread waits and hasn't been woken.
      var isAsleep = false
      var isStopped = false
      /// Why it ended.
      var failure: Int32?
    }

    private let state = Mutex(State())
    /// A pipe: a byte written to the second wakes the thread, which waits for the first.
    private let wakeEnds: (Int32, Int32)

    /// A poller whose thread runs until ``stop()``; `nil` where the system gives no pipe or no thread.
    init?() {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { return nil }
      for end in ends {
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
      wakeEnds = (ends[0], ends[1])
      guard OwnThread.detach(named: "decode-sockets", { [self] in run() }) else { return nil }
    }

    deinit {
      close(wakeEnds.0)
      close(wakeEnds.1)
    }

    /// Waits until a socket is ready.
    ///
    /// - Parameter deadline: when to give up; `nil`: never.
    /// - Throws: ``Fault``, or `CancellationError` where the task is cancelled.
    func wait(
      for direction: Direction, of socket: Int32, until deadline: ContinuousClock.Instant?
    ) async throws {
      let number = state.withLock { state in
        state.count += 1
        return state.count
      }
      let events = Int16(direction == .reading ? POLLIN : POLLOUT)
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          add(
            Waiter(
              socket: pollfd(fd: socket, events: events, revents: 0), deadline: deadline,
              continuation: continuation), number)
          // One that came before the wait was noted found nothing to end.
          if Task.isCancelled { cancel(number) }
        }
      } onCancel: {
        cancel(number)
      }
    }

    /// Ends the thread; whoever waits is told that the wait is cancelled.
    func stop() {
      state.withLock { $0.isStopped = true }
      wake()
    }

    /// Why it ended by itself, if it did.
    var failure: Fault? { state.withLock { $0.failure }.map(Fault.failed) }

    private func add(_ waiter: Waiter, _ number: Int) {
      let end: (any Error)? = state.withLock { state in
        if let code = state.failure { return Fault.failed(code: code) }
        if state.isStopped { return CancellationError() }
        state.waiters[number] = waiter
        return nil
      }
      if let end { waiter.continuation.resume(throwing: end) } else { wake() }
    }

    private func cancel(_ number: Int) {
      // The thread may wait for the socket once more, and then finds nobody to tell.
      state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation
        .resume(throwing: CancellationError())
    }

    private func wake() {
      let isAsleep = state.withLock { state in
        defer { state.isAsleep = false }
        return state.isAsleep
      }
      guard isAsleep else { return }
      var byte: UInt8 = 0
      _ = write(wakeEnds.1, &byte, 1)
    }

    private func run() {
      var numbers: [Int] = []
      var sockets: [pollfd] = []
      while true {
        numbers.removeAll(keepingCapacity: true)
        sockets.removeAll(keepingCapacity: true)
        sockets.append(pollfd(fd: wakeEnds.0, events: Int16(POLLIN), revents: 0))
        var deadline: ContinuousClock.Instant?
        let isStopped = state.withLock { state in
          for (number, waiter) in state.waiters {
            numbers.append(number)
            sockets.append(waiter.socket)
            if let own = waiter.deadline { deadline = min(deadline ?? own, own) }
          }
          state.isAsleep = !state.isStopped
          return state.isStopped
        }
        if isStopped { return end(code: nil) }
        let count = poll(&sockets, nfds_t(sockets.count), Self.milliseconds(until: deadline))
        let code = errno
        state.withLock { $0.isAsleep = false }
        guard count >= 0 || code == EINTR else { return end(code: code) }
        if sockets[0].revents != 0 { drain() }
        let now = ContinuousClock.now
        for (number, socket) in zip(numbers, sockets.dropFirst()) {
          let isReady = count > 0 && socket.revents != 0
          tell(number, isReady: isReady, now)
        }
      }
    }

    /// Ends a wait whose socket is ready, or whose time is over.
    private func tell(_ number: Int, isReady: Bool, _ now: ContinuousClock.Instant) {
      let waiter: Waiter? = state.withLock { state in
        guard isReady || state.waiters[number]?.deadline.map({ $0 <= now }) == true else {
          return nil
        }
        return state.waiters.removeValue(forKey: number)
      }
      guard let waiter else { return }
      if isReady {
        waiter.continuation.resume()
      } else {
        waiter.continuation.resume(throwing: Fault.timedOut)
      }
    }

    /// Tells all who wait that there is no waiting any more.
    private func end(code: Int32?) {
      let waiters = state.withLock { state in
        state.failure = code
        defer { state.waiters = [:] }
        return Array(state.waiters.values)
      }
      for waiter in waiters {
        waiter.continuation.resume(
          throwing: code.map { Fault.failed(code: $0) } ?? CancellationError())
      }
    }

    private func drain() {
      var bytes = [UInt8](repeating: 0, count: 64)
      while read(wakeEnds.0, &bytes, bytes.count) == bytes.count {}
    }

    /// The time until then, rounded up; -1 for no end.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
      guard let deadline else { return -1 }
      let left = (deadline - .now) / .milliseconds(1)
      return Int32(min(max(left.rounded(.up), 0), 60_000))
    }
  }
#endif
