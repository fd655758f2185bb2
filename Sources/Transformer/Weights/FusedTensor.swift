/// Several parts of a layer in one tensor, their rows in some order.
package struct FusedTensor: Hashable, Sendable {
  /// The order of rows.
  package enum Order: Hashable, Sendable {
    /// All rows of the first part, then all of the second, …
    case partByPart
    /// For each head of keys and values: the rows of its queries, then its key's, then its value's.
    case headByHead
  }

  /// The name, after the layer's number and a dot.
  package var name: String
  /// The parts, in order.
  package var parts: [LayerPart]
  /// The order of rows.
  package var order: Order

  /// A tensor with every field given.
  package init(_ name: String, _ parts: [LayerPart], order: Order = .partByPart) {
    self.name = name
    self.parts = parts
    self.order = order
  }

  /// The rows of a part, in its own order.
  package func rows(of part: LayerPart, _ configuration: TransformerConfiguration) -> [Range<Int>] {
    let counts = parts.map { configuration.rowCount(of: $0) }
    guard let index = parts.firstIndex(of: part) else { return [] }
    let pieces = order == .partByPart ? 1 : configuration.keyValueHeadCount
    let whole = counts.reduce(0, +) / pieces
    let before = counts[..<index].reduce(0, +) / pieces
    return (0..<pieces).map { piece in
      let start = piece * whole + before
      return start..<start + counts[index] / pieces
    }
  }

  /// The rows of the whole tensor.
  package func rowCount(_ configuration: TransformerConfiguration) -> Int {
    parts.reduce(0) { $0 + configuration.rowCount(of: $1) }
  }
}

extension TransformerConfiguration {
  /// The outputs of a part of a layer.
  func rowCount(of part: LayerPart) -> Int { shape(of: .layer(0, part))[0] }
}
