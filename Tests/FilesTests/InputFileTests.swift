import Files
import Foundation
import TestSupport
import Testing

private func failure(_ body: () throws(FileError) -> Void) -> String {
  do {
    try body()
    return "nothing"
  } catch {
    return error.sentence
  }
}

@Suite struct InputFiles {
  @Test func eachRefusalHasItsReason() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let (dangling, loop) = (directory.file("dangling"), directory.file("loop"))
    try FileManager.default.createSymbolicLink(
      atPath: dangling, withDestinationPath: directory.file("gone"))
    try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    for (path, reason) in [
      (directory.path, "can't be opened: it is a directory"),
      (pipe, "can't be opened: it is not a regular file"),
      ("/dev/zero", "can't be opened: it is not a regular file"),
      (
        dangling,
        "can't be opened: it is a link to a file that isn't there; was the download completed?"
      ),
      (directory.file("nothing"), "can't be opened: No such file or directory"),
      (directory.file("a\0b"), "can't be opened: No such file or directory"),
    ] {
      #expect(failure { () throws(FileError) in _ = try InputFile(path, .regular) } == reason)
    }
    #expect(
      failure { () throws(FileError) in _ = try InputFile(loop, .regular) }
        .contains("symbolic links"))
    #expect(
      failure { () throws(FileError) in _ = try InputFile(directory.path, .stream) }
        == "can't be opened: it is a directory")
  }

  @Test func theLengthIsLookedAtBeforeTheFileIsRead() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([], to: "long")
    // It would take long to read, and has no bytes on the disk.
    try #require(truncate(path, 1 << 40) == 0)
    let start = ContinuousClock.now
    let reason = failure { () throws(FileError) in
      _ = try InputFile.read(path, .stream, limit: 1 << 20)
    }
    #expect(reason == "can't be read: it holds more than 1 MiB; give a shorter one")
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func aStreamWithoutAnEndIsLeft() {
    let reason = failure { () throws(FileError) in
      _ = try InputFile.read("/dev/zero", .stream, limit: 1 << 20)
    }
    #expect(reason.contains("holds more than 1 MiB"))
  }

  @Test func aFileThatLiesAboutItsLengthIsReadWhole() throws {
    // The kernel says 0 of its own files.
    #expect(try InputFile.read("/proc/self/status", .regular).starts(with: Array("Name:".utf8)))
  }

  @Test func namesThatAreNoTextAreFound() throws {
    let directory = try TemporaryDirectory()
    let path = FileName.text(of: Array((directory.path + "/").utf8) + [0xFF, 0xFE, 0x6F])
    try OutputFile.replace(path, with: [1, 2, 3])
    #expect(try FileKind.names(in: directory.path).map(FileName.bytes) == [[0xFF, 0xFE, 0x6F]])
    #expect(try InputFile.read(path, .regular) == [1, 2, 3])
    #expect(FileKind(path: path) == .file && FileKind.isTaken(path))
  }
}
