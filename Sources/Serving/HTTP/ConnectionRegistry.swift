#if CommandLine
  import FlyingSocks
  import Synchronization

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// The open connections of a server, and what each is at, so that it can end.
  final class ConnectionRegistry: Sendable {
    /// What a connection is at.
    enum Phase: Sendable {
      /// Nothing of a request has come.
      case waiting
      /// A request is on its way in.
      case arriving
      /// A request is answered.
      case serving
    }

    private struct State {
      var phases: [Socket: Phase] = [:]
      var isStopping = false
    }

    private let state = Mutex(State())

    /// Whether the server ends.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// The number of open connections.
    var count: Int { state.withLock { $0.phases.count } }

    /// Notes what a connection is at.
    ///
    /// - Returns: whether it may: one that waits ends where the server does.
    @discardableResult
    func enter(_ phase: Phase, _ socket: Socket) -> Bool {
      state.withLock { state in
        state.phases[socket] = phase
        return phase != .waiting || !state.isStopping
      }
    }

    /// Forgets a connection and closes it.
    func close(_ socket: Socket) {
      state.withLock { state in
        state.phases[socket] = nil
        try? socket.close()
      }
    }

    /// Ends the connections at one of `phases`; from here on the server ends.
    func stop(_ phases: Set<Phase>) {
      state.withLock { state in
        state.isStopping = true
        for (socket, phase) in state.phases where phases.contains(phase) {
          // Its reader sees an end, and closes it.
          let sides = phase == .serving ? Int32(SHUT_RDWR) : Int32(SHUT_RD)
          _ = shutdown(socket.file.rawValue, sides)
        }
      }
    }
  }
#endif
