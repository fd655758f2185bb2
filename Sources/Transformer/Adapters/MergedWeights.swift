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

  /// - Throws: `ModelError` for a mix that can't be run, and for one whose sum the architecture has no place for.
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
    let naming = model.configuration.moduleNames
    var tensors: [SafetensorsTensor] = []
    for module in model.configuration.modules {
      let name = naming.name(of: module)
      if let norm = norm(module) {
        let weight = norm.weight.array.map { $0 - naming.normOffset }
        tensors.append(
          vector(
            "\(name).weight", weight, shape: model.configuration.shape(of: module), precision))
        if let bias = norm.bias { tensors.append(vector("\(name).bias", bias.array, precision)) }
      }
      guard let matrix = MergedMatrix(module, parts: parts(of: module), model: model) else {
        continue
      }
      if case .layer(let layer, let part) = module, let fused = naming.fused(part) {
        if part == fused.parts.first { tensors += self.tensors(of: fused, layer: layer, precision) }
        continue
      }
      if case .expert(let layer, let expert, let part) = module,
        let stacked = naming.stacked(part)
      {
        if expert == 0, part == stacked.parts.first {
          tensors.append(tensor(of: stacked, layer: layer, name, precision))
        }
        continue
      }
      if module != .outputHead || !tiesEmbeddings {
        tensors.append(
          self.matrix(
            "\(name).weight", rows: (0..<matrix.rowCount).map { (matrix, $0) },
            isTransposed: naming.isTransposed && module.isOfLayer, precision))
      }
      if let bias = matrix.bias { tensors.append(vector("\(name).bias", bias, precision)) }
    }
    if let positions = model.weights.positions, let name = naming.positions {
      tensors.append(floats("\(name).weight", of: positions, precision))
    }
    return tensors
  }

  /// The tensors of parts that share one: its weight, and its bias where they have one.
  private func tensors(
    of fused: FusedTensor, layer: Int, _ precision: Precision
  ) -> [SafetensorsTensor] {
    let configuration = model.configuration
    var rows: [(start: Int, matrix: MergedMatrix, first: Int, count: Int)] = []
    for part in fused.parts {
      let module = ModelModule.layer(layer, part)
      guard let matrix = MergedMatrix(module, parts: parts(of: module), model: model) else {
        continue
      }
      var first = 0
      for range in fused.rows(of: part, configuration) {
        rows.append((range.lowerBound, matrix, first, range.count))
        first += range.count
      }
    }
    rows.sort { $0.start < $1.start }
    let name = configuration.name(of: .layer(layer, fused.parts[0]))
    let weight = matrix(
      "\(name).weight",
      rows: rows.flatMap { piece in
        (piece.first..<piece.first + piece.count).map { (piece.matrix, $0) }
      }, isTransposed: configuration.moduleNames.isTransposed, precision)
    let biases = rows.compactMap { piece in
      piece.matrix.bias.map { Array($0[piece.first..<piece.first + piece.count]) }
    }
    guard biases.count == rows.count, !rows.isEmpty else { return [weight] }
    return [weight, vector("\(name).bias", biases.flatMap(\.self), precision)]
  }

  /// The tensor of all experts of a layer: their parts, one expert after the other.
  private func tensor(
    of stacked: FusedTensor, layer: Int, _ name: String, _ precision: Precision
  ) -> SafetensorsTensor {
    let count = model.configuration.block.experts?.count ?? 0
    let rows = (0..<count).flatMap { expert in
      stacked.parts.flatMap { part -> [(matrix: MergedMatrix, row: Int)] in
        let module = ModelModule.expert(layer: layer, expert: expert, part)
        return MergedMatrix(module, parts: parts(of: module), model: model).map { matrix in
          (0..<matrix.rowCount).map { (matrix, $0) }
        } ?? []
      }
    }
    let columns = rows.first?.matrix.columnCount ?? 0
    return matrix(
      "\(name).weight", rows: rows, isTransposed: false,
      shape: [count, rows.count / max(count, 1), columns], precision)
  }

  /// A matrix of the rows given, in order.
  private func matrix(
    _ name: String, rows: [(matrix: MergedMatrix, row: Int)], isTransposed: Bool,
    shape: [Int]? = nil, _ precision: Precision
  ) -> SafetensorsTensor {
    let columns = rows.first?.matrix.columnCount ?? 0
    return SafetensorsTensor(
      name: name, elementType: precision.elementType,
      shape: shape ?? (isTransposed ? [columns, rows.count] : [rows.count, columns])
    ) { (sink) throws(CheckpointError) in
      guard isTransposed else {
        for (matrix, row) in rows { try sink.write(matrix.row(row), as: precision) }
        return
      }
      let whole = rows.flatMap { $0.matrix.row($0.row) }
      let transposed = Floats.transposed(whole, rows: rows.count, columns: columns)
      try sink.write(transposed, as: precision)
    }
  }

  /// The elements of a matrix that no adapter changes.
  private func floats(
    _ name: String, of linear: Linear, _ precision: Precision
  ) -> SafetensorsTensor {
    SafetensorsTensor(
      name: name, elementType: precision.elementType, shape: linear.weight.shape
    ) { (sink) throws(CheckpointError) in
      try sink.write(Floats.read(linear.weight), as: precision)
    }
  }

  private func parts(of module: ModelModule) -> [Part] {
    adapters.compactMap { entry in
      entry.adapter.modules[module].map { (entry.part, $0) }
    }
  }

  private func norm(_ module: ModelModule) -> NormWeights? {
    parts(of: module).lazy.compactMap(\.bound.norm).first ?? model.weights.norm(module)
  }

  private func vector(
    _ name: String, _ values: [Float], shape: [Int]? = nil, _ precision: Precision
  ) -> SafetensorsTensor {
    SafetensorsTensor(
      name: name, elementType: precision.elementType, shape: shape ?? [values.count]
    ) { (sink) throws(CheckpointError) in
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
