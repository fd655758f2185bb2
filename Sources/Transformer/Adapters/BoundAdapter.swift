import Checkpoints

/// An adapter that was found to fit a model. Immutable and shared.
struct BoundAdapter: Sendable {
  /// What it does to each module that it changes, by `ModelModule.index`.
  let modules: [Int: BoundModule]

  /// The largest rank of its updates.
  var largestRank: Int { modules.values.map { $0.lowRank?.rank ?? 0 }.max() ?? 0 }

  init(
    _ adapter: Adapter, configuration: TransformerConfiguration, weights: TransformerWeights
  ) throws(CheckpointError) {
    let reader = AdapterReader(adapter: adapter, configuration: configuration)
    let known = Set(configuration.modules)
    var modules: [Int: BoundModule] = [:]
    for change in try adapter.changes(of: configuration) {
      guard known.contains(change.module) else {
        throw .invalid(
          file: adapter.path, field: configuration.name(of: change.module), offset: nil,
          reason: "the model has no such module: the adapter was made for another model")
      }
      modules[change.module.index] = try BoundModule(change, reader: reader, weights: weights)
    }
    self.modules = modules
  }
}
