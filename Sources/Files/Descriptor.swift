#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// System calls on open files, and on names, that go on after a signal and say what failed.
package enum Descriptor {
  /// Writes all of `bytes`.
  ///
  /// - Parameter name: what to call the file in errors.
  package static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: CInt, name: String
  ) throws(FileError) {
    #if canImport(Darwin)
      let systemWrite = Darwin.write
    #else
      let systemWrite = Glibc.write
    #endif
    // Linux writes at most 2^31 - 4096 bytes at once, macOS refuses more than 2^31 - 1.
    let largest = 1 << 30
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done..<min(done + largest, bytes.count)])
      let written = systemWrite(descriptor, rest.baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      // Less than all comes back from a full disk or a signal; the next call says which.
      guard written > 0 else { throw FileError(name, .write) }
      done += written
    }
  }

  /// Writes all of `bytes`.
  package static func write(
    _ bytes: [UInt8], to descriptor: CInt, name: String
  ) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try write(UnsafeRawBufferPointer(buffer), to: descriptor, name: name)
    }
  }

  /// Reads as many bytes as come, up to the size of `buffer`; 0 at the end.
  ///
  /// - Parameter name: what to call the file in errors.
  package static func read(
    _ descriptor: CInt, into buffer: inout [UInt8], name: String
  ) throws(FileError) -> Int {
    while true {
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, &buffer, buffer.count)
      #else
        let count = Glibc.read(descriptor, &buffer, buffer.count)
      #endif
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileError(name, .read) }
    }
  }

  /// Gives a file or directory another name; whether it worked.
  package static func rename(_ path: String, to other: String) -> Bool {
    FileName.withPointer(path) { path in
      FileName.withPointer(other) { other in
        #if canImport(Glibc)
          Glibc.rename(path, other) == 0
        #else
          Darwin.rename(path, other) == 0
        #endif
      }
    }
  }
}
