import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Interruption {
  /// From here on, each SIGINT asks and none kills: an answer ends, and so does a wait for input.
  static func listenThroughout() {
    var action = sigaction()
    let handler: @convention(c) (CInt) -> Void = { _ in
      Interruption.requested.store(true, ordering: .relaxed)
    }
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    // No SA_RESTART: reading comes back.
    action.sa_flags = 0
    sigaction(SIGINT, &action, nil)
  }

  /// Takes note of the request; the next one counts anew.
  static func settle() { requested.store(false, ordering: .relaxed) }
}
