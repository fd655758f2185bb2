#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What sweeps need of files, with errors that name the path.
enum FileSystem {
  /// A file's bytes; `nil` where it isn't there.
  static func contents(of path: String) throws(SweepError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .failure(path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = Array(repeating: UInt8(0), count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .failure(path) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Puts bytes in a file, all at once: a reader sees the old file or the new one.
  static func replace(_ path: String, with bytes: some Collection<UInt8>) throws(SweepError) {
    let temporary = path + ".part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .failure(temporary) }
    let array = Array(bytes)
    var written = 0
    while written < array.count {
      let count = array.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, array.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = SweepError.failure(temporary)
        close(descriptor)
        unlink(temporary)
        throw error
      }
      written += count
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw .failure(temporary) }
    try rename(temporary, to: path)
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) throws(SweepError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .failure(path) }
  }

  /// Gives a file another name, over one that is there.
  static func rename(_ path: String, to other: String) throws(SweepError) {
    #if canImport(Glibc)
      let code = Glibc.rename(path, other)
    #else
      let code = Darwin.rename(path, other)
    #endif
    guard code == 0 else { throw .failure(other) }
  }

  /// Makes a folder and those above it; one that is there is left alone.
  static func makeFolder(_ path: String) throws(SweepError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + part
      guard mkdir(partial, 0o755) == 0 || errno == EEXIST else { throw .failure(partial) }
    }
  }

  /// The names in a folder, sorted; `nil` where it isn't there.
  static func names(in path: String) throws(SweepError) -> [String]? {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return nil }
      throw .failure(path)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }
}

extension SweepError {
  /// What the system says of its last failure, with the path.
  static func failure(_ path: String) -> SweepError {
    .file(path: path, reason: String(cString: strerror(errno)))
  }
}
