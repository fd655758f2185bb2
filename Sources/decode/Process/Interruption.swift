import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The user's Ctrl-C: the first asks the running work to stop at the next token, the second kills.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// From here on, SIGINT asks instead of killing.
  static func listen() {
    _ = signal(SIGINT) { _ in
      Interruption.requested.store(true, ordering: .relaxed)
      _ = signal(SIGINT, SIG_DFL)
    }
    unblock(SIGINT)
  }

  /// Whether the user asked to stop.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Lets a closed pipe end the program silently, also where the parent process had switched that off.
  static func endSilentlyOnClosedPipe() {
    _ = signal(SIGPIPE, SIG_DFL)
    unblock(SIGPIPE)
  }

  /// A signal that the parent had blocked stays blocked in its children unless they say otherwise.
  private static func unblock(_ signal: Int32) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
