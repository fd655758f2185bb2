import Checkpoints
import Foundation
import TestSupport
import Testing

/// A file that is something else than a model's is named as what it is, by each reader.
@Suite struct FileSignatureTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  static let pointer = bytes(
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
  )

  static let samples: [(signature: FileSignature, bytes: [UInt8], word: String)] = [
    (.gitLFSPointer, pointer, "git lfs pull"),
    (.webPage, bytes("<!DOCTYPE html>\n<html><head><title>404</title>"), "web page"),
    (.webPage, bytes("\u{FEFF}\n  <HTML lang=en>"), "web page"),
    (.webPage, bytes("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>"), "web page"),
    (.pyTorchArchive, bytes("PK\u{3}\u{4}\0\0\0\0archive/data.pkl\0\0"), "PyTorch"),
    (.zipArchive, bytes("PK\u{3}\u{4}\0\0\0\0weights.npy"), "ZIP"),
    (.pickle, [0x80, 2, 0x8A, 10, 0x6C, 0xFC], "pickle"),
    (.pickle, [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0], "pickle"),
    (.gzip, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "gzip"),
    (.hdf5, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], "HDF5"),
    (.olderGGML, bytes("tjgg\u{3}\0\0\0\0\0"), "old format"),
    (.numPy, [0x93] + bytes("NUMPY\u{1}\0v\0"), "NumPy"),
  ]

  @Test func eachIsKnownByItsFirstBytes() {
    for sample in Self.samples {
      #expect(FileSignature(firstBytes: sample.bytes) == sample.signature, "\(sample.word)")
      #expect(sample.signature.explanation.contains(sample.word))
    }
    let seen = Set(Self.samples.map(\.signature)).union([.gguf, .safetensors])
    #expect(seen == Set(FileSignature.allCases))
  }

  @Test func modelsAreNotMistakenForAnythingElse() throws {
    #expect(FileSignature(firstBytes: try fixtureBytes("quantized.gguf")) == .gguf)
    #expect(FileSignature(firstBytes: try fixtureBytes("plain.safetensors")) == .safetensors)
    for bytes in [[], [0x80], [0x80, 4], Self.bytes("{\"a\": 1}"), Self.bytes("version 2\n")] {
      #expect(FileSignature(firstBytes: bytes) == nil)
    }
    // A header of any length that a safetensors file may have is none of the others.
    for length in [0x08_8B1F, 0x58_0280, 0x95_0480, 0x0403_4B50]
      + Array(stride(from: 2, to: 70_000, by: 7))
    {
      let bytes = littleEndian(UInt64(length)) + Self.bytes("{\"__metadata__\"")
      let signature = FileSignature(firstBytes: bytes)
      #expect(signature == .safetensors, "\(length)")
    }
  }

  @Test func everyReaderNamesThem() throws {
    for sample in Self.samples {
      for error in [
        checkpointError { _ = try openGGUF(sample.bytes) },
        checkpointError { _ = try openSafetensors(sample.bytes) },
        checkpointError {
          _ = try SafetensorsCheckpoint(
            directory: "x", index: mapped(sample.bytes, "test.index.json"))
        },
      ] {
        #expect(message(error, names: sample.word), "\(error?.description ?? "nothing")")
      }
    }
    let gguf = try fixtureBytes("quantized.gguf")
    #expect(message(checkpointError { _ = try openSafetensors(gguf) }, names: "is a GGUF file"))
    let plain = try fixtureBytes("plain.safetensors")
    #expect(message(checkpointError { _ = try openGGUF(plain) }, names: "is a safetensors file"))
  }

  @Test func aLinkToNothingAndADirectoryAreNamed() throws {
    let directory = try TemporaryDirectory()
    let link = directory.file("model.safetensors")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "../../blobs/gone")
    let error = checkpointError { _ = try MappedFile(path: link) }
    #expect(error?.description.contains("a link to a file that isn't there") == true)
    let folder = checkpointError { _ = try MappedFile(path: directory.path) }
    #expect(folder?.description.contains("it is a directory") == true)
  }
}
