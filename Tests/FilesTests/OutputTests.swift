import Files
import Foundation
import TestSupport
import Testing

@Suite struct Outputs {
  @Test func anUnfinishedFileLeavesNothing() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([7], to: "x")
    func begin() throws(FileError) {
      var file = try OutputFile(path: path)
      try file.write([UInt8](repeating: 1, count: 3 << 20))
    }
    try begin()
    #expect(try FileKind.names(in: directory.path) == ["x"])
    #expect(try InputFile.read(path, .regular) == [7])
  }

  @Test func aFileThatTakesAnothersPlaceHasItsPermissions() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([7], to: "x")
    try #require(chmod(path, 0o640) == 0)
    try OutputFile.replace(path, with: [8, 9])
    #expect(try InputFile.read(path, .regular) == [8, 9])
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
    #expect(try FileKind.names(in: directory.path) == ["x"])
  }

  /// Who asked for `d` knows nothing of the name beside it.
  @Test func aFailureNamesTheFileAsItWillBe() throws {
    let directory = try TemporaryDirectory()
    let (path, source) = (directory.file("d"), try directory.write([1, 2], to: "source"))
    func fail(_ body: (inout OutputDirectory) throws(FileError) -> Void) -> String? {
      do throws(FileError) {
        var output = try OutputDirectory(path: path)
        try body(&output)
        return nil
      } catch { return error.path }
    }
    let long = String(repeating: "a", count: 300)
    #expect(
      fail { (output) throws(FileError) in try output.write([1], to: long) } == "\(path)/\(long)")
    #expect(
      fail { (output) throws(FileError) in try output.copy(source, to: long) } == "\(path)/\(long)")
    #expect(
      fail { (output) throws(FileError) in try output.copy(source + "s", to: "b") } == source + "s")
  }

  @Test func aDirectoryIsThereWholeOrNotAtAll() throws {
    let directory = try TemporaryDirectory()
    let (path, source) = (directory.file("d"), try directory.write([1, 2], to: "source"))
    func fill(_ isWhole: Bool) throws(FileError) {
      var output = try OutputDirectory(path: path + "/")
      try output.write([3], to: "a")
      try output.copy(source, to: "b")
      #expect(!FileKind.isTaken(path))
      if isWhole { try output.commit() }
    }
    try fill(false)
    #expect(try FileKind.names(in: directory.path) == ["source"])
    try fill(true)
    #expect(try FileKind.names(in: directory.path) == ["d", "source"])
    #expect(try FileKind.names(in: path) == ["a", "b"])
    #expect(try InputFile.read(path + "/b", .regular) == [1, 2])
    #expect(throws: FileError.self) { try fill(true) }
  }
}
