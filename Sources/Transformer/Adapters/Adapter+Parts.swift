import Checkpoints

extension Adapter {
  /// The changes of a model's own modules: what changes a tensor that several parts of a layer share is cut into one
  /// change for each, and matrices that are stored the other way round are turned.
  func changes(
    of configuration: TransformerConfiguration
  ) throws(CheckpointError) -> [ModuleChange] {
    var result: [ModuleChange] = []
    for change in changes {
      var change = change
      if naming.isTransposed, change.module.isOfLayer, change.module.kind == .linear {
        change.weight = change.weight.flatMap { $0.transpose() }
      }
      guard case .layer(let layer, let part) = change.module, let fused = naming.fused(part) else {
        result.append(change)
        continue
      }
      for part in fused.parts {
        let module = ModelModule.layer(layer, part)
        result.append(
          try change.cut(
            to: module, rows: fused.rows(of: part, configuration),
            of: fused.rowCount(configuration)))
      }
    }
    return result
  }
}

extension ModuleChange {
  /// The same of some outputs alone, as a change of another module.
  fileprivate func cut(
    to module: ModelModule, rows: [Range<Int>], of count: Int
  ) throws(CheckpointError) -> ModuleChange {
    func cut(_ view: TensorView?) throws(CheckpointError) -> TensorView? {
      guard let view else { return nil }
      guard view.shape.first == count else {
        throw .invalid(
          file: view.file.path, field: "tensor '\(view.name)'", offset: view.offset,
          reason: "its shape is \(view.shape), and this model calls for \(count) outputs; "
            + "the adapter was made for another model")
      }
      return view.rows(rows)
    }
    var change = ModuleChange(module)
    change.weight = try cut(weight)
    change.bias = try cut(bias)
    guard var factors = lowRank else { return change }
    if let up = try cut(factors.up) { factors.up = up }
    factors.upBias = try cut(factors.upBias)
    factors.magnitude = try cut(factors.magnitude)
    change.lowRank = factors
    return change
  }
}
