import Checkpoints
import Kernels

/// Products of weights with few and many rows of inputs.
struct ProductTable {
  /// How weights are stored.
  struct Storage {
    let name: String
    let elements: ElementType
    let kernels: StorageType
  }

  let title: String
  /// What an operation is called.
  let unit: String
  let storages: [Storage]
  /// Whether weights are packed, for products of integers.
  let packs: Bool

  static let integers = ProductTable(
    title: "Products of integers", unit: "GOP/s",
    storages: [
      Storage(name: "Q4_1", elements: .q4_1, kernels: .q4_1),
      Storage(name: "Q4_0", elements: .q4_0, kernels: .q4_0),
      Storage(name: "Q8_0", elements: .q8_0, kernels: .q8_0),
      Storage(name: "Q4_K", elements: .q4_K, kernels: .q4_K),
      Storage(name: "Q6_K", elements: .q6_K, kernels: .q6_K),
    ], packs: true)

  static let floats = ProductTable(
    title: "Products of floats", unit: "GFLOP/s",
    storages: [
      Storage(name: "F32", elements: .float32, kernels: .float32),
      Storage(name: "Q4_1", elements: .q4_1, kernels: .q4_1),
    ], packs: false)

  private static let inputRows = [1, 4, 8, 16, 64, 256]
  /// Rows and columns of SmolLM2-135M's matrices, and the head's with columns that hold whole blocks of 256.
  private static let shapes = [(576, 576), (1536, 576), (576, 1536), (49152, 576), (49152, 768)]

  private func has(_ storage: Storage, _ shape: (rows: Int, columns: Int)) -> Bool {
    let needsLongBlocks = storage.elements.blockElements > 32
    return shape.columns.isMultiple(of: storage.elements.blockElements)
      && (needsLongBlocks || shape.columns != 768)
  }

  /// Measures one table for each instruction set.
  func text(_ machine: Machine) throws -> String {
    let header =
      ["weights", "rows × columns", "1 row, GB/s"]
      + Self.inputRows.map { "\($0) row\($0 == 1 ? "" : "s"), \(unit)" }
    var tables = machine.instructionSets.map { ($0, MarkdownTable(header, nameColumns: 2)) }
    for storage in storages {
      for shape in Self.shapes where has(storage, shape) {
        let weights = try WeightSet(storage, rows: shape.0, columns: shape.1, packs: packs)
        for index in tables.indices {
          let pool = try ComputePool(
            instructionSet: tables[index].0, threadCount: machine.threads,
            maximumColumns: shape.1)
          let calls = try Self.inputRows.map { try weights.callsPerSecond(pool, inputRows: $0) }
          let operations = zip(calls, Self.inputRows).map {
            $0 * Double(2 * shape.0 * shape.1 * $1)
          }
          tables[index].1.add(
            [
              storage.name, "\(shape.0) × \(shape.1)",
              Figure.giga(calls[0] * Double(weights.byteCount)),
            ]
              + operations.map(Figure.giga))
        }
      }
    }
    return tables.map { set, table in
      "**\(title), \(set.name)**\n\n\(table.text)"
    }.joined(separator: "\n")
  }
}
