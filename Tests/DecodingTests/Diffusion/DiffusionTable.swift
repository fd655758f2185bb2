import Foundation
import LanguageModeling
import Synchronization
import TestSupport

/// The tables of logits of `Fixtures/diffusion`, which its scripts compute too.
enum DiffusionTable {
  /// The table of `make_llada.py`: a hash of a seed, the text, the canvas after it and the position, exact in float32. The
  /// mask is the last token.
  static func model(seed: UInt64, vocabularyCount: Int) -> CanvasTableModel {
    CanvasTableModel(TableLanguageModel(randomOver: vocabularyCount)) { text, canvas in
      canvas.indices.map { position in
        let words =
          [text.count] + text.map(Int.init) + [canvas.count] + canvas.map(Int.init) + [position]
        return hashes(seed, words, count: vocabularyCount - 1).map { Float($0 >> 40) * 0x1p-21 }
          // Its logit must not matter.
          + [9]
      }
    }
  }

  /// The table of `make_diffusion_gemma.py`, whose rows are those of its next step at each call, whatever the canvas holds.
  static func model(of item: DiffusionGemmaFixture.Case) -> CanvasTableModel {
    let step = Counter()
    return CanvasTableModel(TableLanguageModel(randomOver: item.vocabulary)) { _, canvas in
      let step = step.next()
      return canvas.indices.map { position in
        hashes(item.seed, [min(step, item.still), position], count: item.vocabulary).map {
          Float($0 >> 45) * 0x1p-16 * Float(1 + step * item.growth)
        }
      }
    }
  }

  /// Counts calls from 0.
  private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
      count.withLock { count in
        defer { count += 1 }
        return count
      }
    }
  }

  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func hashes(_ seed: UInt64, _ words: [Int], count: Int) -> [UInt64] {
    let state = words.reduce(seed) { mix($0 &+ UInt64($1 + 1) &* golden) }
    return (1...UInt64(count)).map { mix(state &+ $0 &* golden) }
  }

  /// The finaliser of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// What `make_llada.py` writes.
struct LLaDAFixture: Decodable {
  var seed: UInt64
  var prompt: [TokenID]
  var length: Int
  var block_length: Int
  var steps: Int
  var vocabulary: Int
  /// The block after each step.
  var canvases: [[TokenID]]

  static func load() throws -> [LLaDAFixture] { try loadDiffusionFixture("llada") }
}

/// What `make_diffusion_gemma.py` writes.
enum DiffusionGemmaFixture {
  struct Case: Decodable {
    var seed: UInt64
    var length: Int
    var vocabulary: Int
    var steps: Int
    var t_min: Double
    var t_max: Double
    var entropy_bound: Double
    var stability: Int
    var confidence: Double
    var growth: Int
    var still: Int
    var told: [Step]
  }

  struct Step: Decodable {
    var temperature: Double
    /// The positions that are accepted.
    var accepted: [Int]
    /// The most probable token of each position.
    var best: [TokenID]
    var mean_entropy: Double
    var stops: Bool
  }

  static func load() throws -> [Case] { try loadDiffusionFixture("diffusion_gemma") }
}

private func loadDiffusionFixture<Value: Decodable>(_ name: String) throws -> Value {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/diffusion/\(name).json")
  return try JSONDecoder().decode(Value.self, from: Data(contentsOf: path))
}
