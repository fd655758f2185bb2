import Checkpoints
import Foundation
import TestSupport

/// The folder of the fixtures, and of `make_checkpoints.py`.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Fixtures").path

func fixtureBytes(_ name: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/\(name)")))
}

/// A file in memory: a heap block of its very size, so that an address sanitiser sees reads beyond its end.
func mapped(_ bytes: [UInt8], _ name: String) -> MappedFile {
  bytes.withUnsafeBytes { MappedFile(copying: $0, path: name) }
}

func openGGUF(_ bytes: [UInt8]) throws -> GGUFFile {
  try GGUFFile(file: mapped(bytes, "test.gguf"))
}

func openSafetensors(_ bytes: [UInt8]) throws -> SafetensorsFile {
  try SafetensorsFile(file: mapped(bytes, "test.safetensors"))
}

/// A safetensors file of that header, padded with nothing, and that many bytes of data.
func safetensors(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
  littleEndian(length ?? UInt64(header.utf8.count)) + header.utf8
    + [UInt8](repeating: 0, count: data)
}

/// The error that `body` throws, or `nil` if it throws none, or another.
func checkpointError(_ body: () throws -> Void) -> CheckpointError? {
  do {
    try body()
    return nil
  } catch let error as CheckpointError {
    return error
  } catch {
    return nil
  }
}

/// Whether the error's one line names the file and each of the words.
func message(_ error: CheckpointError?, names words: String...) -> Bool {
  guard let text = error?.description else { return false }
  return text.contains("test.") && words.allSatisfy(text.contains) && !text.contains("\n")
}

extension CheckpointError {
  var isTruncated: Bool { if case .truncated = self { true } else { false } }
  var isInvalid: Bool { if case .invalid = self { true } else { false } }
  var isUnsupported: Bool { if case .unsupported = self { true } else { false } }
}

/// The tensor's elements; it must be of 32-bit floats.
func floats(_ view: TensorView?) -> [Float] {
  view?.withUnsafeBytes { bytes in
    (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
  } ?? []
}

/// Touches every byte of every tensor: a view that reaches beyond its file ends the process.
func sumOfAllBytes(_ source: some TensorSource) -> UInt64 {
  var sum: UInt64 = 0
  for name in source.tensorNames {
    source.tensor(named: name)?.withUnsafeBytes { bytes in
      for byte in bytes { sum &+= UInt64(byte) }
    }
  }
  return sum
}
