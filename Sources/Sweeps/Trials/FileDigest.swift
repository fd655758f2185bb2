import Files

/// Digests of files, by which a sweep knows that it goes on with the same model.
public enum FileDigest {
  /// The SHA-256 of a file's content, or of a directory's files: the name and content of each that is visible, in the
  /// order of their names, those in deeper directories left out.
  ///
  /// - Throws: ``SweepError/file(path:reason:)``.
  public static func digest(of path: String) throws(SweepError) -> String {
    var hash = SHA256()
    switch FileKind(path: path) {
    case .missing(let reason): throw .file(path: path, reason: reason)
    case .directory:
      for name in try FileSystem.wrapping({ () throws(FileError) in try FileKind.names(in: path) })
      where !name.hasPrefix(".") && FileKind(path: path + "/" + name) == .file {
        hash.update(FileName.bytes(of: name) + [0])
        try add(path + "/" + name, to: &hash)
      }
    case .file, .other: try add(path, to: &hash)
    }
    return hash.hexadecimal
  }

  private static func add(_ path: String, to hash: inout SHA256) throws(SweepError) {
    let file = try FileSystem.wrapping { () throws(FileError) in try InputFile(path, .regular) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try FileSystem.wrapping { () throws(FileError) in
        try Descriptor.read(file.descriptor, into: &buffer, name: path)
      }
      if count == 0 { return }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
