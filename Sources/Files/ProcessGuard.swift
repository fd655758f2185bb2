internal import CGuard

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a process ends at a bad moment: without unfinished files, and with a word where a mapped file was changed.
///
/// For programs: a library installs no handlers.
package enum ProcessGuard {
  /// From here on, `SIGBUS` in a ``FileMapping`` ends the process with a sentence and exit code 1; SIGINT, SIGTERM, SIGHUP
  /// and SIGPIPE end it as they do anyway, after the unfinished files are removed; a write beyond the limit of file sizes
  /// fails, instead of ending the process.
  package static func install() { guard_install() }

  /// Gives a signal that meaning again, after a handler of another kind had it. May be called in a handler.
  package static func restore(_ signal: CInt) { guard_restore(signal) }
}

/// A path that is removed if the process ends at a bad moment; to be released when what is there is whole, or gone.
struct UnfinishedPath: ~Copyable {
  private let place: Int32

  init(_ path: String, isDirectory: Bool = false) {
    place = FileName.withPointer(path) { guard_add_unfinished($0, isDirectory) }
  }

  deinit { guard_remove_unfinished(place) }
}
