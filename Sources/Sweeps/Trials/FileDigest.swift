#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Digests of files, by which a sweep knows that it goes on with the same model.
public enum FileDigest {
  /// The SHA-256 of a file's content, or of a directory's files: the name and content of each that is visible, in the
  /// order of their names, those in deeper directories left out.
  ///
  /// - Throws: ``SweepError/file(path:reason:)``.
  public static func digest(of path: String) throws(SweepError) -> String {
    var hash = SHA256()
    switch kind(of: path) {
    case nil: throw .file(path: path, reason: "is not there")
    case .file?: try add(path, to: &hash)
    case .directory?:
      for name in try names(in: path) {
        let file = path + "/" + name
        guard !name.hasPrefix("."), kind(of: file) == .file else { continue }
        hash.update(Array(name.utf8) + [0])
        try add(file, to: &hash)
      }
    }
    return hash.hexadecimal
  }

  private static func add(_ path: String, to hash: inout SHA256) throws(SweepError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: path, reason: "can't be opened: \(lastError)") }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, reason: "can't be read: \(lastError)") }
      if count == 0 { return }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private static func names(in path: String) throws(SweepError) -> [String] {
    guard let directory = opendir(path) else {
      throw .file(path: path, reason: "can't be opened: \(lastError)")
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.sorted()
  }

  private enum Kind {
    case file, directory
  }

  /// What stands at `path`, links followed; `nil`: nothing.
  private static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  private static var lastError: String { String(cString: strerror(errno)) }
}
