import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Adapters over the model that the package ships, against PEFT 0.21.2 (`make_large_adapters.py storyteller`, to be run
/// again whenever the model or its adapters change).
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: Fixtures.path("adapters-storyteller.json")),
    "adapters-storyteller.json is missing; run make_large_adapters.py"))
struct EmbeddedModelAdapterTests {
  @Test func predictionsAreThoseOfPEFT() throws {
    let reference = try Fixtures.json(LargeAdapters.self, "adapters-storyteller.json")
    try reference.expectPredictions(of: try ModelLoader.loadEmbedded().model, threads: 1)
  }

  @Test func shippedAdaptersPredictWhatTheyDoInPEFT() throws {
    let reference = try Fixtures.json(LargeAdapters.self, "adapters-storyteller.json")
    let folder = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vocab/adapters").path
    var model = try ModelLoader.loadEmbedded()
    for shipped in reference.shipped {
      model = try model.adding(adapterAt: "\(folder)/\(shipped.name)", named: shipped.name)
    }
    let session = try model.model.makeSession(SessionOptions(threads: 1))
    for shipped in reference.shipped {
      try reference.expect(
        shipped.examples, of: AdapterMix([.init(name: shipped.name)]), in: session, model.model,
        named: shipped.name)
    }
  }
}

/// The same over SmolLM2 (``SmolLM2ParityTests``): adapters of PEFT on a GGUF base.
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"), .serialized)
struct SmolLM2AdapterTests {
  private func reference() throws -> LargeAdapters {
    try Fixtures.json(LargeAdapters.self, "adapters-smollm2.json")
  }

  @Test func predictionsAreThoseOfPEFT() throws {
    try reference().expectPredictions(of: try SmolLM2.model(), threads: 2)
  }

  /// Eight rows over four adapters of rank 8 against eight rows without: tokens equal to those of single runs, and the
  /// ratio of the times, which is printed and not judged.
  @Test func eightRowsOverFourAdapters() throws {
    let directory = try TemporaryDirectory()
    let adapter = try #require(try reference().adapters["all-linear-rslora"])
    var model = try SmolLM2.model()
    try adapter.write(to: directory.file("a"))
    for name in ["a", "b", "c", "d"] {
      model = try model.adding(
        try AdapterLoader.load(path: directory.file("a"), for: model.configuration), named: name)
    }
    let mixes = (0..<8).map { index in
      AdapterMix([.init(name: ["a", "b", "c", "d"][index % 4], weight: Float(1 + index % 4) / 4)])
    }
    let base = try run(model, Array(repeating: .none, count: 8))
    let adapted = try run(model, mixes)
    print("eight rows over four adapters: \(adapted.seconds / base.seconds) times the base's time")
    for index in [0, 3, 6] {
      let alone = try model.makeSession(SessionOptions(threads: 2))
      #expect(
        try alone.greedy(
          [TokenID(index + 40), 5], count: 24, adapter: mixes[index],
          vocabularyCount: model.vocabularyCount) == adapted.tokens[index])
    }
  }

  private func run(
    _ model: TransformerModel, _ mixes: [AdapterMix]
  ) throws -> (tokens: [[TokenID]], seconds: Double) {
    let count = model.vocabularyCount
    let session = try model.makeSession(SessionOptions(threads: 2))
    let sequences = try mixes.map { try session.open(adapter: $0) }
    var fed = mixes.indices.map { [TokenID($0 + 40), 5] }
    var tokens = [[TokenID]](repeating: [], count: mixes.count)
    var times: [Double] = []
    for _ in 0..<24 {
      let start = ContinuousClock.now
      let rows = try session.step(
        zip(sequences, fed).map { StepInput($0, $1) }, vocabularyCount: count)
      times.append((ContinuousClock.now - start) / .seconds(1))
      for index in mixes.indices {
        let row = rows[index * count..<(index + 1) * count]
        let best = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }
        let token = TokenID((best ?? 0) - row.startIndex)
        tokens[index].append(token)
        fed[index] = [token]
      }
    }
    return (tokens, times.sorted()[times.count / 2])
  }
}
