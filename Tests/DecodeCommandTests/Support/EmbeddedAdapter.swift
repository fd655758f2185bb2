import Foundation
import TestSupport
import Testing

/// An adapter for the embedded model, made for tests.
enum EmbeddedAdapter {
  /// A plain adapter for the embedded model, made up here: the first layer's query and value projections.
  static func make(alpha: Int = 64) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let embedded = try DecodeProcess.run("inspect \(try modelPath()) --json").object()
    let tensors = try #require(embedded["tensors"] as? [[String: Any]])
    var header: [String] = []
    var data: [UInt8] = []
    for module in ["q_proj", "v_proj"] {
      let name = "model.layers.0.self_attn.\(module)"
      let tensor = tensors.first { $0["name"] as? String == "\(name).weight" }
      let shape = try #require(tensor?["shape"] as? [Int])
      for (factor, extents) in [("lora_A", [2, shape[1]]), ("lora_B", [shape[0], 2])] {
        var random = SplitMix64(seed: UInt64(data.count))
        let start = data.count
        for _ in 0..<extents[0] * extents[1] {
          data += littleEndian((Float(random.next() >> 40) / Float(1 << 24) - 0.5).bitPattern)
        }
        header.append(
          "\"base_model.model.\(name).\(factor).weight\":{\"dtype\":\"F32\",\"shape\":"
            + "[\(extents[0]),\(extents[1])],\"data_offsets\":[\(start),\(data.count)]}")
      }
    }
    let text = "{\(header.joined(separator: ","))}"
    try directory.write(
      littleEndian(UInt64(text.utf8.count)) + Array(text.utf8) + data,
      to: "adapter_model.safetensors")
    try directory.write(
      Array(
        """
        {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 2, "lora_alpha": \(alpha),
         "target_modules": ["q_proj", "v_proj"], "layers_to_transform": [0]}
        """.utf8), to: "adapter_config.json")
    return directory
  }

  static func modelPath() throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return folder.appendingPathComponent("Vocab/storyteller").path
  }
}
