#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files in, and bytes out, through plain descriptors.
enum FileIO {
  /// More than any prompt or configuration: what is longer is most likely endless.
  static let mostBytes = 1 << 28

  /// Everything that can be read from `descriptor`, up to ``mostBytes``.
  ///
  /// - Parameter name: what to call it in messages.
  static func readAll(from descriptor: Int32, name: String) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count > 0 {
        bytes += chunk[..<count]
        guard bytes.count <= mostBytes else {
          throw .failure("\(name): holds more than \(mostBytes >> 20) MiB; give a shorter one")
        }
      } else if errno != EINTR {
        throw .failure("\(name): can't be read: \(lastError)")
      }
    }
  }

  /// The bytes of the file at `path`.
  static func readFile(_ path: String) throws(CommandFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failure("\(path): can't be opened: \(lastError)") }
    defer { close(descriptor) }
    return try readAll(from: descriptor, name: path)
  }

  /// Writes all of `text`.
  static func write(_ text: String, to descriptor: Int32, name: String) throws(CommandFailure) {
    var text = text
    let code: Int32 = text.withUTF8 { buffer in
      var rest = UnsafeRawBufferPointer(buffer)
      while !rest.isEmpty {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
          let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
    guard code == 0 else {
      throw .failure("\(name): can't be written: \(String(cString: strerror(code)))")
    }
  }

  /// What can stand at a path.
  enum Kind {
    case file, directory, nothing
  }

  /// What stands at `path`, links followed.
  static func kind(of path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .nothing }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  /// Whether a regular file stands at `path`, links followed: one that can be read twice.
  static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether `descriptor` is a pipe or a regular file: something that was given on purpose, and that ends.
  static func isPipeOrFile(_ descriptor: Int32) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    return [S_IFIFO, S_IFREG].contains(status.st_mode & S_IFMT)
  }

  /// What the last system call complained of.
  static var lastError: String { String(cString: strerror(errno)) }
}
