package import Checkpoints
package import LanguageModeling

/// The weights of a model with a mix of adapters merged in, under the names and in the row order of Hugging Face's
/// layout.
package struct MergedWeights: Sendable {
  /// The element types that a merged model is written in.
  package enum Precision: String, CaseIterable, Sendable {
    case float32, bfloat16

    var elementType: ElementType { self == .float32 ? .float32 : .bfloat16 }
  }

  private typealias Part = (part: AdapterMix.Part, bound: BoundModule)

  private let model: TransformerModel
  private let adapters: [(part: AdapterMix.Part, adapter: BoundAdapter)]

  /// - Throws: ``ModelError`` for a mix that can't be run, and for one whose sum the architecture has no place for.
  package init(_ mix: AdapterMix, of model: TransformerModel) throws(ModelError) {
    // What can't be run can't be merged.
    _ = try ActiveMix(mix, of: model)
    self.model = model
    adapters = mix.parts.compactMap { part in model.adapters[part.name].map { (part, $0) } }
    for module in model.configuration.modules where !model.configuration.hasBias(module) {
      for entry in parts(of: module) where entry.bound.lowRank?.upBias != nil {
        throw .invalidOption(
          "adapter “\(entry.part.name)” gives \(model.configuration.name(of: module)) a bias, which this architecture has no place for; it can be run with --lora, not merged"
        )
      }
    }
  }

  /// Whether the output head is still the embedding: an adapter may have changed one of the two.
  package var tiesEmbeddings: Bool {
    model.configuration.tiesEmbeddings && parts(of: .embedding).isEmpty
      && parts(of: .outputHead).isEmpty
  }

  /// Every tensor of the merged model. Their data is computed a row at a time, when they are written.
  package func tensors(_ precision: Precision) -> [SafetensorsTensor] {
    var tensors: [SafetensorsTensor] = []
    for module in model.configuration.modules {
      if module == .outputHead, tiesEmbeddings { continue }
      let name = model.configuration.name(of: module)
      if let norm = norm(module) {
        tensors.append(vector("\(name).weight", norm, precision))
      }
      guard let matrix = MergedMatrix(module, parts: parts(of: module), model: model) else {
        continue
      }
      tensors.append(
        SafetensorsTensor(
          name: "\(name).weight", elementType: precision.elementType,
          shape: model.configuration.shape(of: module)
        ) { (sink) throws(CheckpointError) in
          for index in 0..<matrix.rowCount { try sink.write(matrix.row(index), as: precision) }
        })
      if let bias = matrix.bias {
        tensors.append(vector("\(name).bias", bias, precision))
      }
    }
    return tensors
  }

  private func parts(of module: ModelModule) -> [Part] {
    adapters.compactMap { entry in
      entry.adapter.modules[module.index].map { (entry.part, $0) }
    }
  }

  private func norm(_ module: ModelModule) -> [Float]? {
    parts(of: module).lazy.compactMap(\.bound.norm).first?.array
      ?? model.weights.norm(module)?.array
  }

  private func vector(
    _ name: String, _ values: [Float], _ precision: Precision
  ) -> SafetensorsTensor {
    SafetensorsTensor(name: name, elementType: precision.elementType, shape: [values.count]) {
      (sink) throws(CheckpointError) in
      try sink.write(values, as: precision)
    }
  }
}

extension SafetensorsSink {
  /// Appends floats in that type, rounded to the nearest, ties to even.
  fileprivate mutating func write(
    _ values: [Float], as precision: MergedWeights.Precision
  ) throws(CheckpointError) {
    guard values.allSatisfy(\.isFinite) else {
      throw invalid("the sum is beyond float32; lower the adapters' scales")
    }
    switch precision {
    case .float32:
      try values.withUnsafeBufferPointer { (buffer) throws(CheckpointError) in
        try write(UnsafeRawBufferPointer(buffer))
      }
    case .bfloat16:
      let halves = values.map { value in
        let bits = value.bitPattern
        // What is beyond bfloat16 becomes an infinity, as in every conversion.
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16).littleEndian
      }
      try halves.withUnsafeBufferPointer { (buffer) throws(CheckpointError) in
        try write(UnsafeRawBufferPointer(buffer))
      }
    }
  }
}
