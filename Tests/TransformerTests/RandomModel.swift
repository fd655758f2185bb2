import Checkpoints
import Foundation
import Transformer

/// A tiny transformer with random weights in a temporary file, in Hugging Face's names.
struct RandomModel: TensorSource {
  let path: String
  let tensorNames: [String]
  private let tensors: [String: TensorView]

  static func configuration(slidingWindow: Int? = nil) -> TransformerConfiguration {
    TransformerConfiguration(
      vocabularyCount: 50, hiddenSize: 32, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
      headDimension: 8, intermediateSize: 40, normEpsilon: 1e-5, contextLength: 700,
      rotaryEmbedding: RotaryEmbedding(theta: 10_000, dimension: 8), slidingWindow: slidingWindow)
  }

  /// - Parameters:
  ///   - poison: the tensor that gets a NaN.
  ///   - enlarging: the tensor whose elements are a million times as large.
  ///   - dropping: the tensor that is left out.
  ///   - adding: one more tensor, and its shape.
  init(
    _ configuration: TransformerConfiguration, seed: UInt64 = 1, poison: String? = nil,
    enlarging: String? = nil, dropping: String? = nil, adding: (String, [Int])? = nil
  ) throws {
    var shapes: [(String, [Int])] = [
      ("model.embed_tokens.weight", [configuration.vocabularyCount, configuration.hiddenSize]),
      ("model.norm.weight", [configuration.hiddenSize]),
      ("lm_head.weight", [configuration.vocabularyCount, configuration.hiddenSize]),
    ]
    let queryWidth = configuration.headCount * configuration.headDimension
    let keyWidth = configuration.keyValueHeadCount * configuration.headDimension
    for layer in 0..<configuration.layerCount {
      let prefix = "model.layers.\(layer)."
      shapes += [
        (prefix + "input_layernorm.weight", [configuration.hiddenSize]),
        (prefix + "post_attention_layernorm.weight", [configuration.hiddenSize]),
        (prefix + "self_attn.q_proj.weight", [queryWidth, configuration.hiddenSize]),
        (prefix + "self_attn.k_proj.weight", [keyWidth, configuration.hiddenSize]),
        (prefix + "self_attn.v_proj.weight", [keyWidth, configuration.hiddenSize]),
        (prefix + "self_attn.o_proj.weight", [configuration.hiddenSize, queryWidth]),
        (
          prefix + "mlp.gate_proj.weight",
          [configuration.intermediateSize, configuration.hiddenSize]
        ),
        (
          prefix + "mlp.up_proj.weight", [configuration.intermediateSize, configuration.hiddenSize]
        ),
        (
          prefix + "mlp.down_proj.weight",
          [configuration.hiddenSize, configuration.intermediateSize]
        ),
      ]
    }
    shapes.removeAll { $0.0 == dropping }
    if let adding { shapes.append(adding) }
    var state = seed
    var floats: [Float] = []
    var offsets: [Int] = []
    for (name, shape) in shapes {
      offsets.append(floats.count * 4)
      for _ in 0..<shape.reduce(1, *) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        floats.append((Float(state >> 40) / Float(1 << 24) - 0.5) * (shape.count == 1 ? 2 : 0.8))
        if name == enlarging { floats[floats.count - 1] *= 1e6 }
      }
      if name == poison { floats[floats.count - 1] = .nan }
    }
    let url = FileManager.default.temporaryDirectory.appending(path: "random-model-\(UUID()).bin")
    try floats.withUnsafeBytes { try Data($0).write(to: url) }
    path = url.path
    let file = try MappedFile(path: path)
    // The mapping outlives the name.
    try FileManager.default.removeItem(at: url)
    tensorNames = shapes.map(\.0)
    tensors = Dictionary(
      uniqueKeysWithValues: zip(shapes, offsets).map { shape, offset in
        (
          shape.0,
          TensorView(
            name: shape.0, elementType: .float32, shape: shape.1, offset: offset,
            byteCount: shape.1.reduce(4, *), file: file)
        )
      })
  }

  func tensor(named name: String) -> TensorView? { tensors[name] }

  static func model(slidingWindow: Int? = nil) throws -> TransformerModel {
    let configuration = configuration(slidingWindow: slidingWindow)
    return try TransformerModel(
      configuration: configuration, source: RandomModel(configuration), naming: .huggingFace)
  }
}
