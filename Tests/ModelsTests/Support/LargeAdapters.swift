import Checkpoints
import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Adapters over real models, whose weights a formula gives (`make_large_adapters.py`).
struct LargeAdapters: Decodable {
  struct Tensor: Decodable {
    let name: String
    let shape: [Int]
    let offset: Float
    let amplitude: Float

    /// offset + amplitude · (u - 1/2), with u the upper 24 bits of a hash of the tensor's place and the index.
    func values(place: Int) -> [Float] {
      (0..<shape.reduce(1, *)).map { index in
        var random = SplitMix64(seed: UInt64(place) << 40 + UInt64(index))
        return offset + amplitude * (Float(random.next() >> 40) / Float(1 << 24) - 0.5)
      }
    }
  }
  struct Adapter: Decodable {
    let configuration: String
    let tensors: [Tensor]

    /// Writes the files that PEFT would have.
    func write(to directory: String) throws {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try Data(configuration.utf8).write(
        to: URL(fileURLWithPath: "\(directory)/adapter_config.json"))
      try SafetensorsWriter.write(
        tensors.enumerated().map { place, tensor in
          SafetensorsTensor(
            name: tensor.name, shape: tensor.shape, floats: tensor.values(place: place))
        }, metadata: ["format": "pt"], to: "\(directory)/adapter_model.safetensors")
    }
  }
  struct Example: Decodable {
    let tokens: [TokenID]
    let next: Data
    let greedy: [TokenID]
  }
  struct Case: Decodable {
    let name: String
    let parts: [AdapterCase.Part]
    let examples: [Example]
  }
  struct Shipped: Decodable {
    let name: String
    let examples: [Example]
  }

  let stride: Int
  let adapters: [String: Adapter]
  let cases: [Case]
  let shipped: [Shipped]

  /// Expects PEFT's predictions of the base with each mix of adapters.
  func expectPredictions(of base: TransformerModel, threads: Int) throws {
    let directory = try TemporaryDirectory()
    var model = base
    for (name, adapter) in adapters {
      try adapter.write(to: directory.file(name))
      model = try model.adding(
        try AdapterLoader.load(path: directory.file(name), for: base.configuration), named: name)
    }
    let session = try model.makeSession(SessionOptions(threads: threads))
    for example in cases {
      let mix = AdapterMix(
        example.parts.map { AdapterMix.Part(name: $0.adapter, weight: $0.weight) })
      try expect(example.examples, of: mix, in: session, model, named: example.name)
    }
  }

  func expect(
    _ examples: [Example], of mix: AdapterMix, in session: TransformerSession,
    _ model: TransformerModel, named name: String
  ) throws {
    let count = model.vocabularyCount
    for example in examples {
      let sequence = try session.open(adapter: mix)
      let row = try session.logits(
        of: sequence, fed: example.tokens, .last, vocabularyCount: count)
      session.close(sequence)
      let all = logProbabilities(row, vocabularyCount: count)
      let some = Swift.stride(from: 0, to: count, by: stride).map { all[$0] }
      let difference = largestDifference(some, example.next.floats)
      #expect(difference < 1e-3, "\(name), \(example.tokens.count) tokens: \(difference)")
      #expect(
        try session.greedy(
          example.tokens, count: example.greedy.count, adapter: mix, vocabularyCount: count)
          == example.greedy, "\(name)")
    }
  }
}
