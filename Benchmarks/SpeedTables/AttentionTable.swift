import Kernels

/// Attention over the blocks of a cache, with the heads and layers of SmolLM2-135M.
enum AttentionTable {
  /// Who looks at what.
  struct Scene {
    let name: String
    /// The position of each query row.
    let positions: [Int32]
    /// Whether all rows belong to sequences that share their blocks, else each has blocks of its own.
    let isShared: Bool

    /// One row for each of several sequences.
    static func step(sequences: Int, context: Int, shared: Bool) -> Scene {
      let name =
        sequences == 1
        ? "1 sequence" : "\(sequences) sequences, \(shared ? "shared" : "unshared")"
      return Scene(
        name: "\(name), \(Figure.text(Double(context))) positions",
        positions: Array(repeating: Int32(context - 1), count: sequences), isShared: shared)
    }

    /// A prompt that is read at once.
    static func prompt(_ count: Int) -> Scene {
      Scene(name: "prompt of \(count)", positions: (0..<Int32(count)).map { $0 }, isShared: true)
    }
  }

  static let heads = 9
  static let keyValueHeads = 3
  static let headDimension = 64
  static let layers = 30

  private static let scenes = [
    Scene.step(sequences: 1, context: 1024, shared: true),
    Scene.step(sequences: 1, context: 8192, shared: true),
    Scene.step(sequences: 16, context: 1024, shared: true),
    Scene.step(sequences: 16, context: 8192, shared: true),
    Scene.step(sequences: 16, context: 1024, shared: false),
    Scene.prompt(256),
  ]

  /// Measures all scenes with both types of cache.
  static func text(_ machine: Machine) throws -> String {
    let sets = machine.instructionSets
    var table = MarkdownTable(
      ["rows and their blocks", "cache"]
        + sets.flatMap { ["\($0.name), GFLOP/s", "\($0.name), GB/s"] }, nameColumns: 2)
    for scene in scenes {
      for format in KeyValueFormat.allCases {
        let cache = try CacheFixture(scene, format: format)
        var row = [scene.name, "\(format)"]
        for set in sets {
          let pool = try ComputePool(
            instructionSet: set, threadCount: machine.threads, maximumColumns: headDimension)
          let calls = try cache.callsPerSecond(pool)
          row += [
            Figure.giga(calls * cache.operations), Figure.giga(calls * Double(cache.layerBytes)),
          ]
        }
        table.add(row)
      }
    }
    return "**Attention**\n\n\(table.text)"
  }
}
