public import Checkpoints
import Kernels
public import LanguageModeling

/// A decoder-only transformer of the Llama family, its weights mapped from a checkpoint and never copied.
///
/// Computes in float32: weights are dequantised exactly, inside the kernels, and every sum runs in one fixed order, so
/// that a row of logits depends on its sequence's tokens alone.
public struct TransformerModel: LanguageModel {
  /// The session type.
  public typealias Session = TransformerSession

  /// The model's shape.
  public let configuration: TransformerConfiguration
  let weights: TransformerWeights
  /// By name.
  var adapters: [String: BoundAdapter] = [:]

  /// Finds every weight that the configuration calls for.
  ///
  /// - Throws: ``CheckpointError`` for a configuration that no model can have, for the first tensor that is missing or
  ///   doesn't fit, and for a tensor of a layer that the configuration has no place for.
  public init(
    configuration: TransformerConfiguration, source: any TensorSource, naming: TensorNaming
  ) throws(CheckpointError) {
    if let problem = configuration.problem {
      throw .invalid(
        file: source.path, field: "the model's configuration", offset: nil, reason: problem)
    }
    self.configuration = configuration
    weights = try TransformerWeights(configuration: configuration, source: source, naming: naming)
  }

  /// Rows of the output head.
  public var vocabularyCount: Int { configuration.vocabularyCount }
  /// The configuration's longest sequence, in tokens.
  public var contextLength: Int { configuration.contextLength }

  /// A session with threads and memory of its own.
  ///
  /// - Throws: ``ModelError/invalidOption(_:)`` for a context, a number of threads or a `DECODE_ISA` that can't be had.
  public func makeSession(_ options: SessionOptions) throws(ModelError)
    -> sending TransformerSession
  {
    try TransformerSession(model: self, options: options)
  }
}
