import Checkpoints
import Foundation
import TestSupport
import Testing

/// The folder of the fixtures, and `make_checkpoints.py`.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Fixtures").path

@Test func aGGUFOfEveryElementTypeOpensAndItsTruthBesideIt() throws {
  let quantized = try GGUFFile(path: "\(fixtures)/quantized.gguf")
  let truth = try SafetensorsFile(path: "\(fixtures)/quantized.safetensors")
  #expect(Set(quantized.tensors.map(\.elementType)) == Set(ElementType.allCases))
  #expect(Set(truth.tensorNames) == Set(quantized.tensorNames))
  for tensor in quantized.tensors {
    #expect(tensor.shape == [2, 512])
    #expect(tensor.name == tensor.elementType.rawValue)
    #expect(
      tensor.byteCount == 1024 / tensor.elementType.blockElements * tensor.elementType.blockBytes)
  }
}
