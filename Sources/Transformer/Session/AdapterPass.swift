import Kernels

/// The adapters' share of a forward pass: which rows run with which mix, and what that does to each module's output.
///
/// A projection's input and output rows are updated where they lie, one at a time, so that the grouping changes no bit.
struct AdapterPass {
  /// The rows of one mix.
  private struct Group {
    let mix: ActiveMix
    let rows: Range<Int>
  }

  private var groups: [Group] = []
  /// For each row, its mix.
  private var mixes: [ActiveMix?] = []
  /// The rows of each group, one group after the other.
  private var order: AlignedBuffer<Int32>
  private var jobs: Adaptations

  init(rowCapacity: Int) throws(KernelError) {
    order = try AlignedBuffer(count: rowCapacity)
    jobs = try Adaptations(projections: 3, rowCapacity: rowCapacity)
  }

  /// Whether any row runs with an adapter.
  var isActive: Bool { !groups.isEmpty }

  /// Takes in the rows that pass through the layers next.
  mutating func group(_ rows: some Collection<StepPlan.Row>, in table: MixTable) {
    groups.removeAll(keepingCapacity: true)
    mixes.removeAll(keepingCapacity: true)
    guard rows.contains(where: { $0.mix != MixTable.none }) else { return }
    for row in rows { mixes.append(table[row.mix]) }
    var filled = 0
    for (first, mix) in mixes.enumerated() {
      guard let mix, !groups.contains(where: { $0.mix === mix }) else { continue }
      let start = filled
      for row in first..<mixes.count where mixes[row] === mix {
        order.pointer[filled] = Int32(row)
        filled += 1
      }
      groups.append(Group(mix: mix, rows: start..<filled))
    }
  }

  /// What is done to a module of one row; `nil`: nothing.
  func change(of module: ModelModule, row: Int) -> ActiveMix.Module? {
    isActive ? mixes[row]?[module] : nil
  }

  /// Whether anything is done to a module of any row.
  func touches(_ module: ModelModule) -> Bool { groups.contains { $0.mix[module] != nil } }

  /// Whether every row has another matrix than the model's, so that the model's need not be multiplied with.
  func replacesAll(_ module: ModelModule) -> Bool {
    isActive && mixes.allSatisfy { $0?[module]?.replacement != nil }
  }

  /// Corrects the output of a projection, `[rows, outputs]`, where rows have a matrix of their own, and notes its
  /// low-rank updates for ``run(on:)``.
  func adapt(
    _ module: ModelModule, input x: UnsafePointer<Float>, inputs: Int,
    output: UnsafeMutablePointer<Float>, outputs: Int, pool: ComputePool
  ) {
    for group in groups {
      guard let change = group.mix[module] else { continue }
      if let replacement = change.replacement {
        multiply(replacement, group, input: x, output: output, pool: pool)
      }
      guard change.updates != nil || change.shift != nil else { continue }
      jobs.add(
        x, inputs: inputs, into: output, outputs: outputs,
        rows: UnsafeBufferPointer(
          start: order.pointer + group.rows.lowerBound, count: group.rows.count),
        shift: change.shift?.pointer, updates: change.updates)
    }
  }

  /// Applies the updates that were noted, all at once.
  func run(on pool: ComputePool) { jobs.run(on: pool) }

  private func multiply(
    _ linear: Linear, _ group: Group, input x: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: ComputePool
  ) {
    let matrix = linear.matrix
    var next = group.rows.lowerBound
    while next < group.rows.upperBound {
      let first = Int(order.pointer[next])
      var count = 1
      while next + count < group.rows.upperBound, Int(order.pointer[next + count]) == first + count
      {
        count += 1
      }
      pool.multiply(
        x + first * matrix.columns, rows: count, stride: matrix.columns,
        Product(
          matrix, bias: linear.bias?.pointer, into: output + first * matrix.rows,
          outStride: matrix.rows))
      next += count
    }
  }
}
