#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What stands at a path.
enum FileKind: Hashable {
  case file
  case directory
  case other
  case missing(reason: String)

  /// What stands at `path`; symbolic links are followed.
  init(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .missing(reason: String(cString: strerror(errno)))
      return
    }
    self =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
  }

  /// Whether anything stands at `path`, be it a link to a file that is gone: what must be read then, or refused.
  static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  /// The names in a directory, sorted; empty where it can't be read.
  static func names(inDirectory path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
