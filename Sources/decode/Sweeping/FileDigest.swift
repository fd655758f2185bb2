import Sweeps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Digests of files, by which a sweep knows that it goes on with the same model.
enum FileDigest {
  /// The SHA-256 of a file's content, or of a directory's files: the name and content of each that is visible, in the
  /// order of their names, those in deeper directories left out.
  static func digest(of path: String) throws(CommandFailure) -> String {
    var hash = SHA256()
    switch FileIO.kind(of: path) {
    case .nothing: throw .failure("\(path): is not there")
    case .file: try add(path, to: &hash)
    case .directory:
      for name in try names(in: path) {
        let file = path + "/" + name
        guard !name.hasPrefix("."), FileIO.kind(of: file) == .file else { continue }
        hash.update(Array(name.utf8) + [0])
        try add(file, to: &hash)
      }
    }
    return hash.hexadecimal
  }

  private static func add(_ path: String, to hash: inout SHA256) throws(CommandFailure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failure("\(path): can't be opened: \(FileIO.lastError)") }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .failure("\(path): can't be read: \(FileIO.lastError)") }
      if count == 0 { return }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private static func names(in path: String) throws(CommandFailure) -> [String] {
    guard let directory = opendir(path) else {
      throw .failure("\(path): can't be opened: \(FileIO.lastError)")
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
}
