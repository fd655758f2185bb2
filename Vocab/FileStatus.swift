#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the file system holds at a path. Links are followed.
enum FileStatus {
  static func isDirectory(_ path: String) -> Bool { hasType(S_IFDIR, path) }

  static func isReadableFile(_ path: String) -> Bool {
    hasType(S_IFREG, path) && access(path, R_OK) == 0
  }

  private static func hasType(_ type: mode_t, _ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == type
  }
}
