import CMemoryGuard
import Files
import Sweeps
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The user's Ctrl-C: the first asks the running work to stop at the next token, the second kills.
enum Interruption {
  static let requested = Atomic<Bool>(false)
  private static let terminated = Atomic<Bool>(false)

  /// From here on, SIGINT asks instead of killing.
  static func listen() {
    _ = signal(SIGINT) { _ in
      Interruption.requested.store(true, ordering: .relaxed)
      ProcessGuard.restore(SIGINT)
    }
    unblock(SIGINT)
  }

  /// From here on, SIGTERM asks too: to stop where the running work has a good place for it. A scheduler sends it, and
  /// sends it again.
  static func listenForTermination() {
    _ = signal(SIGTERM) { _ in Interruption.terminated.store(true, ordering: .relaxed) }
    unblock(SIGTERM)
  }

  /// Whether a scheduler asked to stop.
  static var isTerminationRequested: Bool { terminated.load(ordering: .relaxed) }

  /// Whether the user asked to stop.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Whether anybody asked to stop.
  static var isStopRequested: Bool { isRequested || isTerminationRequested }

  /// How soon anybody asked a sweep to stop.
  static var stopRequest: StopRequest? {
    isRequested ? .atOnce : isTerminationRequested ? .whenDone : nil
  }

  /// From here on, the program ends at a bad moment without a trace: what is unfinished goes with it, and memory that
  /// can't be had, or a model's file that was cut short, is told in a sentence. A closed pipe ends it silently, also where
  /// the parent process had switched that off.
  static func guardProcess() {
    ProcessGuard.install()
    memory_guard_arm()
  }

  /// A signal that the parent had blocked stays blocked in its children unless they say otherwise.
  private static func unblock(_ signal: Int32) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
