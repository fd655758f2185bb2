#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands at a path.
package enum FileKind: Hashable, Sendable {
  case file
  case directory
  /// A pipe, a device or a socket.
  case other
  case missing(reason: String)

  /// What stands at `path`; symbolic links are followed.
  package init(path: String) {
    var status = stat()
    guard FileName.withPointer(path, { stat($0, &status) }) == 0 else {
      self = .missing(reason: FileError.lastReason)
      return
    }
    self = Self(status)
  }

  init(_ status: stat) {
    self =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
  }

  /// Whether anything stands at `path`, be it a link to a file that is gone: what must be read then, or refused.
  package static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return FileName.withPointer(path) { lstat($0, &status) } == 0
      || (errno != ENOENT && errno != ENOTDIR)
  }

  /// The names in a directory, sorted.
  package static func names(in path: String) throws(FileError) -> [String] {
    guard let directory = FileName.withPointer(path, { opendir($0) }) else {
      throw FileError(path, .open)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else { break }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        FileName.text(of: bytes.prefix { $0 != 0 })
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileError(path, .read) }
    return names.sorted()
  }

  /// The names in a directory, sorted; empty where it can't be read.
  package static func names(inDirectory path: String) -> [String] {
    (try? names(in: path)) ?? []
  }
}
