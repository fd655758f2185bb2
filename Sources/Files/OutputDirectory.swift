#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A directory that appears under its name only when it is whole: filled under a temporary name beside it, then renamed.
///
/// One that is dropped before ``commit()`` leaves nothing behind. So it is where a signal ends the process, if that
/// called ``ProcessGuard/install()``.
package struct OutputDirectory: ~Copyable {
  private let path: String
  /// Where files are written until then.
  package let temporaryPath: String
  private let unfinished: UnfinishedPath
  private var files: [UnfinishedFile] = []

  /// A name in the directory, for as long as that isn't whole.
  private final class UnfinishedFile {
    private let path: UnfinishedPath
    init(_ path: String) { self.path = UnfinishedPath(path) }
  }

  /// Makes the temporary directory.
  ///
  /// - Parameter replacesEmpty: whether an empty directory may stand at `path`.
  /// - Throws: where something else stands at `path`, or nothing can be made there.
  package init(path: String, replacesEmpty: Bool = false) throws(FileError) {
    // A slash at the end would put the temporary directory inside.
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard !FileKind.isTaken(path) || replacesEmpty && (try? FileKind.names(in: path)) == [] else {
      throw FileError(path, .write, reason: "it exists already; give a new directory")
    }
    let temporaryPath = TemporaryName.beside(path)
    let unfinished = UnfinishedPath(temporaryPath, isDirectory: true)
    guard FileName.withPointer(temporaryPath, { mkdir($0, 0o777) }) == 0 else {
      throw FileError(path, .write)
    }
    self.path = path
    self.temporaryPath = temporaryPath
    self.unfinished = unfinished
  }

  deinit {
    for name in FileKind.names(inDirectory: temporaryPath) {
      FileName.withPointer("\(temporaryPath)/\(name)") { _ = unlink($0) }
    }
    FileName.withPointer(temporaryPath) { _ = rmdir($0) }
  }

  /// The path of a file of the directory, where it is to be written until that is whole.
  package mutating func place(of name: String) -> String {
    let path = "\(temporaryPath)/\(name)"
    files.append(UnfinishedFile(path))
    return path
  }

  /// What a path from ``place(of:)`` becomes when the directory is whole: the name for messages. Other paths stay.
  package func finalPath(of path: String) -> String {
    path.hasPrefix(temporaryPath + "/") ? self.path + path.dropFirst(temporaryPath.count) : path
  }

  /// Writes a file.
  package mutating func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    let place = place(of: name)
    try naming { () throws(FileError) in try OutputFile.replace(place, with: bytes) }
  }

  /// Copies a file, an empty one too.
  package mutating func copy(_ source: String, to name: String) throws(FileError) {
    let place = place(of: name)
    try naming { () throws(FileError) in
      let input = try InputFile(source, .regular)
      var output = try OutputFile(path: place)
      var chunk = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let count = try Descriptor.read(input.descriptor, into: &chunk, name: source)
        if count == 0 { break }
        try output.write(Array(chunk[..<count]))
      }
      try output.commit()
    }
  }

  /// Runs `body`, whose failures get the names that whoever asked for the directory knows.
  private func naming(_ body: () throws(FileError) -> Void) throws(FileError) {
    do throws(FileError) { try body() } catch {
      throw FileError(finalPath(of: error.path), error.step, reason: error.reason)
    }
  }

  /// Gives the directory its name.
  package consuming func commit() throws(FileError) {
    // Over a directory that came to be in the meantime this fails, unless it is empty.
    guard Descriptor.rename(temporaryPath, to: path) else { throw FileError(path, .write) }
  }
}
