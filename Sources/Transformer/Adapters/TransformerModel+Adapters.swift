public import Checkpoints

extension TransformerModel {
  /// The names of the adapters that sequences can be opened with, sorted.
  public var adapterNames: [String] { adapters.keys.sorted() }

  /// The same model with one more adapter, under a name by which an `AdapterMix` calls it; one of the same name is
  /// replaced. The model's weights are shared and not changed.
  ///
  /// The small matrices are brought to float32; DoRA's norms are computed here, a row of the weights at a time.
  ///
  /// - Throws: `CheckpointError` for the first tensor that doesn't fit this model, with its shape and the one that is
  ///   called for, or that holds a NaN or an infinity.
  /// - Complexity: linear in the adapter; with DoRA, the rank times the adapted weights.
  public func adding(_ adapter: Adapter, named name: String) throws(CheckpointError)
    -> TransformerModel
  {
    var model = self
    model.adapters[name] = try BoundAdapter(
      adapter, configuration: configuration, weights: weights)
    return model
  }

  /// Whether the embedding is stored as bfloat16, and so most likely all of the model.
  package var isBfloat16: Bool { weights.embedding.weight.elementType == .bfloat16 }

  /// The largest rank of any adapter.
  var largestRank: Int { adapters.values.map(\.largestRank).max() ?? 0 }

  /// The same model without the adapter of that name.
  public func removingAdapter(named name: String) -> TransformerModel {
    var model = self
    model.adapters[name] = nil
    return model
  }
}
