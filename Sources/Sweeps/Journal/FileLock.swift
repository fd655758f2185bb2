#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock that one process at a time can hold (`flock(2)`). The system releases it when the process ends, so that one
/// that was killed leaves nothing to clear away. On a network file system it holds as far as that keeps such locks.
final class FileLock {
  private let descriptor: CInt

  /// Takes the lock of a file, which is made if it isn't there.
  ///
  /// - Throws: ``SweepError/mismatch(path:reason:)`` where it is held already.
  init(_ path: String) throws(SweepError) {
    descriptor = try FileSystem.open(path)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK:
        throw .mismatch(
          path: path, reason: "is held: another run works on this shard; wait for it, or stop it")
      // Some file systems keep no locks, and a run there is better than none.
      case ENOTSUP, ENOSYS, ENOLCK: return
      default: throw .failure(path)
      }
    }
  }

  deinit { close(descriptor) }
}
