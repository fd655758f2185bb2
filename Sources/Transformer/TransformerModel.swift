public import Checkpoints
import Kernels
public import LanguageModeling

/// A decoder-only transformer.
///
/// In ``ComputeType/float32`` its weights stay mapped from the checkpoint and are never copied: they are dequantised
/// exactly, inside the kernels. In ``ComputeType/int8`` they are packed once, out of copies of a part of the file at a
/// time, so that no memory is held for the file beside them.
/// Every sum runs in one fixed order, so that a row of logits depends on its sequence's tokens alone.
public struct TransformerModel: LanguageModel {
  /// The session type.
  public typealias Session = TransformerSession

  /// The model's shape.
  public let configuration: TransformerConfiguration
  /// What weights are multiplied in; never ``ComputeType/auto``.
  public let computeType: ComputeType
  let weights: TransformerWeights
  /// By name.
  var adapters: [String: BoundAdapter] = [:]

  /// Finds every weight that the configuration calls for, and packs matrices for ``ComputeType/int8``.
  ///
  /// - Throws: `CheckpointError` for a configuration that no model can have, for the first tensor that is missing or
  ///   doesn't fit, for a tensor of a layer that the configuration has no place for, and where there is no memory to
  ///   pack weights in.
  public init(
    configuration: TransformerConfiguration, source: any TensorSource, naming: TensorNaming,
    computeType: ComputeType = .auto
  ) throws(CheckpointError) {
    if let problem = configuration.problem {
      throw .invalid(
        file: source.path, field: "the model's configuration", offset: nil, reason: problem)
    }
    self.configuration = configuration
    self.computeType = computeType.resolved(for: source)
    weights = try TransformerWeights(
      configuration: configuration, source: source, naming: naming,
      packing: self.computeType == .int8)
  }

  /// Rows of the output head.
  public var vocabularyCount: Int { configuration.vocabularyCount }
  /// The configuration's longest sequence, in tokens.
  public var contextLength: Int { configuration.contextLength }

  /// A session with threads and memory of its own.
  ///
  /// - Throws: `ModelError.invalidOption(_:)` for a context, a number of threads or a `DECODE_ISA` that is not
  ///   available.
  public func makeSession(_ options: SessionOptions) throws(ModelError)
    -> sending TransformerSession
  {
    try TransformerSession(model: self, options: options)
  }
}

extension ComputeType {
  /// What ``auto`` stands for.
  fileprivate func resolved(for source: any TensorSource) -> ComputeType {
    guard self == .auto else { return self }
    let isQuantized = source.tensorNames.contains { name in
      source.tensor(named: name).map { $0.elementType.blockElements > 1 } ?? false
    }
    return isQuantized ? .int8 : .float32
  }
}
