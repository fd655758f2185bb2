import Decoding
import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// What transformers and PEFT compute for a tiny model of a family (`make_families.py`).
private struct FamilyReference: Decodable {
  struct Prompt: Decodable {
    let tokens: [TokenID]
    let log_probabilities: Data
    let greedy: [TokenID]
    let beam: [TokenID]
    /// The session's context, where positions depend on it.
    let context: Int?
  }
  struct Adapted: Decodable {
    let tokens: [TokenID]
    let log_probabilities: Data
  }
  let prompts: [Prompt]
  let adapted: Adapted?
}

/// Tiny random models of every family beyond Llama's, against transformers in float32: from directories, and from the GGUF
/// files that llama.cpp's converter makes of them (`make_families_gguf.py`).
@Suite struct FamilyTests {
  /// Rounding differs in order alone.
  static let tolerance = 1e-3

  /// The directories' names.
  static let names = files("families")
  /// The paths of directories and of GGUF files.
  static let paths =
    names.map { "families/\($0)" } + files("families-gguf").map { "families-gguf/\($0)" }

  private static func files(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path(folder))) ?? []).sorted()
  }

  private static func reference(_ path: String) throws -> FamilyReference {
    let file = path.split(separator: "/").last.map(String.init) ?? ""
    let name = file.hasSuffix(".gguf") ? String(file.dropLast(5)) : file
    return try Fixtures.json(FamilyReference.self, "families/\(name)/reference.json")
  }

  private static func model(
    _ path: String, _ computeType: ComputeType = .float32
  ) throws -> TransformerModel {
    try ModelLoader.loadTransformer(path: Fixtures.path(path), computeType: computeType)
  }

  @Test func everyFamilyHasAModel() throws {
    var seen: Set<String> = []
    for name in Self.names {
      let data = try Data(
        contentsOf: URL(fileURLWithPath: Fixtures.path("families/\(name)/config.json")))
      let config = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      seen.insert(try #require(config["model_type"] as? String))
    }
    let older: Set<String> = ["llama", "mistral", "qwen2", "qwen3"]
    #expect(seen.union(older) == Set(Architecture.all.map(\.name)))
  }

  @Test(arguments: paths)
  func logProbabilitiesAgreeAtEveryPosition(_ path: String) throws {
    let model = try Self.model(path)
    for prompt in try Self.reference(path).prompts {
      let session = try model.makeSession(
        SessionOptions(threads: 1, contextLength: prompt.context))
      let rows = try session.logits(
        of: session.open(adapter: .none), fed: prompt.tokens, .all,
        vocabularyCount: model.vocabularyCount)
      let difference = largestDifference(
        logProbabilities(rows, vocabularyCount: model.vocabularyCount),
        prompt.log_probabilities.floats)
      #expect(difference < Self.tolerance, "\(prompt.tokens.count) tokens: \(difference)")
    }
  }

  @Test(arguments: paths)
  func greedyAndBeamTokensAreEqual(_ path: String) throws {
    let model = try Self.model(path)
    for prompt in try Self.reference(path).prompts where !prompt.greedy.isEmpty {
      let options = SessionOptions(threads: 1, contextLength: prompt.context)
      for (strategy, expected) in [
        (GreedySearch() as any DecodingStrategy, prompt.greedy),
        (BeamSearch(beamCount: 3), prompt.beam),
      ] {
        let decoder = try BatchDecoder(model: model, options: options)
        try decoder.submit(
          DecodingRequest(
            prompt: prompt.tokens, strategy: strategy,
            stopRules: StopRules(endOfSequence: [], maxNewTokens: expected.count)))
        var tokens: [TokenID] = []
        while let events = try decoder.step() {
          for case .finished(_, let hypothesis) in events where tokens.isEmpty {
            tokens = hypothesis.tokens.map(\.token)
          }
        }
        #expect(tokens == expected)
      }
    }
  }

  @Test(arguments: paths)
  func integersAreClose(_ path: String) throws {
    let (exact, rounded) = (try Self.model(path), try Self.model(path, .int8))
    let prompt = try #require(try Self.reference(path).prompts.last)
    let options = SessionOptions(threads: 1, contextLength: prompt.context)
    let count = exact.vocabularyCount
    func rows(_ model: TransformerModel) throws -> [Double] {
      let session = try model.makeSession(options)
      return logProbabilities(
        try session.logits(
          of: session.open(adapter: .none), fed: prompt.tokens, .all, vocabularyCount: count),
        vocabularyCount: count)
    }
    let (left, right) = (try rows(exact), try rows(rounded))
    // The mean over all of it of |Δ log p|, weighted by p.
    let mean =
      zip(left, right).reduce(0) { $0 + exp($1.0) * abs($1.0 - $1.1) }
      / Double(prompt.tokens.count)
    // Where rounding lets a token go to another expert, more changes.
    #expect(mean > 0 && mean < (exact.configuration.usesExperts ? 0.3 : 0.1), "\(mean)")
  }

  @Test(arguments: names)
  func anAdapterGivesPEFTsNumbers(_ name: String) throws {
    guard let adapted = try Self.reference(name).adapted else { return }
    let base = try Self.model("families/\(name)")
    let adapter = try AdapterLoader.load(
      path: Fixtures.path("families/\(name)/adapter"), for: base.configuration)
    let model = try base.adding(adapter, named: "a")
    let session = try model.makeSession(
      SessionOptions(threads: 1, contextLength: min(16, base.contextLength)))
    let sequence = try session.open(adapter: AdapterMix([AdapterMix.Part(name: "a")]))
    let rows = try session.logits(
      of: sequence, fed: adapted.tokens, .all, vocabularyCount: model.vocabularyCount)
    let difference = largestDifference(
      logProbabilities(rows, vocabularyCount: model.vocabularyCount),
      adapted.log_probabilities.floats)
    #expect(difference < Self.tolerance, "\(difference)")
  }

  /// Tensors that parts share, matrices that are stored the other way round, norms that hold what is beyond one: all are
  /// put back as they were.
  @Test(arguments: names)
  func aMergedModelPredictsWhatItsAdapterDoes(_ name: String) throws {
    guard let adapted = try Self.reference(name).adapted else { return }
    let path = Fixtures.path("families/\(name)")
    let base = try Self.model("families/\(name)")
    let model = try base.adding(
      try AdapterLoader.load(path: "\(path)/adapter", for: base.configuration), named: "a")
    let directory = try TemporaryDirectory()
    try ModelMerger.merge(
      AdapterMix([AdapterMix.Part(name: "a")]), into: model, loadedFrom: path, precision: .float32,
      writing: directory.file("merged"))
    let merged = try ModelLoader.loadTransformer(
      path: directory.file("merged"), computeType: .float32)
    let session = try merged.makeSession(
      SessionOptions(threads: 1, contextLength: min(16, merged.contextLength)))
    let rows = try session.logits(
      of: session.open(adapter: .none), fed: adapted.tokens, .all,
      vocabularyCount: merged.vocabularyCount)
    let difference = largestDifference(
      logProbabilities(rows, vocabularyCount: merged.vocabularyCount),
      adapted.log_probabilities.floats)
    #expect(difference < Self.tolerance, "\(difference)")
  }

  /// Each model's largest difference from the reference, for a table.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["DECODE_PRINT_DIFFERENCES"] != nil))
  func differencesAreSmall() throws {
    for path in Self.paths {
      let model = try Self.model(path)
      var largest = 0.0
      for prompt in try Self.reference(path).prompts {
        let session = try model.makeSession(
          SessionOptions(threads: 1, contextLength: prompt.context))
        let rows = try session.logits(
          of: session.open(adapter: .none), fed: prompt.tokens, .all,
          vocabularyCount: model.vocabularyCount)
        largest = max(
          largest,
          largestDifference(
            logProbabilities(rows, vocabularyCount: model.vocabularyCount),
            prompt.log_probabilities.floats))
      }
      print(path, largest)
      #expect(largest < Self.tolerance)
    }
  }
}
