import LanguageModeling
import Models
import Testing
import Transformer

/// Rows with different adapters in one step: none sees the others, bit for bit.
@Suite struct AdapterBatchTests {
  private static let names = [
    "plain-qv", "all-linear-rslora", "dora", "patterns", "saved-modules", "embeddings", "layers",
  ]

  private func model() throws -> TransformerModel {
    var model = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-gqa-tied"))
    for name in Self.names { model = try model.adding(adapterAt: "adapters/\(name)") }
    return model
  }

  /// Every adapter alone, none, and mixes.
  private var mixes: [AdapterMix] {
    func part(_ name: String, _ weight: Float = 1) -> AdapterMix.Part {
      AdapterMix.Part(name: "adapters/\(name)", weight: weight)
    }
    return [.none] + Self.names.map { AdapterMix([part($0)]) } + [
      AdapterMix([part("plain-qv", 0.5), part("dora", 2)]),
      AdapterMix([part("dora", 0.3), part("saved-modules"), part("patterns", -1)]),
    ]
  }

  private func text(_ index: Int, count: Int) -> [TokenID] {
    (0..<count).map { TokenID(($0 * 31 + index * 17 + 5) % 96) }
  }

  /// Twice as many sequences as mixes, interleaved; prompts of different lengths, then single tokens.
  @Test(arguments: [1, 2])
  func eachRowHasTheBitsThatItHasAlone(threads: Int) throws {
    let model = try model()
    let count = model.vocabularyCount
    let mixes = mixes + mixes
    let prompts = mixes.indices.map { text($0, count: 1 + $0 * 7 % 50) }
    let next = mixes.indices.map { TokenID($0 * 13 % 96) }

    let session = try model.makeSession(SessionOptions(threads: threads))
    let sequences = try mixes.map { try session.open(adapter: $0) }
    let first = try session.step(
      zip(sequences, prompts).map { StepInput($0, $1, logits: .all) }, vocabularyCount: count)
    let second = try session.step(
      zip(sequences, next).map { StepInput($0, [$1]) }, vocabularyCount: count)

    var start = 0
    for index in mixes.indices {
      let alone = try model.makeSession(SessionOptions(threads: 1))
      let sequence = try alone.open(adapter: mixes[index])
      let rows = try alone.logits(
        of: sequence, fed: prompts[index], .all, vocabularyCount: count)
      #expect(Array(first[start..<start + rows.count]) == rows)
      start += rows.count
      let row = try alone.logits(of: sequence, fed: [next[index]], .last, vocabularyCount: count)
      #expect(Array(second[index * count..<(index + 1) * count]) == row)
    }
  }

  @Test func eightRowsOverFourAdaptersGenerateWhatEightSingleRunsDo() throws {
    let model = try model()
    let count = model.vocabularyCount
    let four = [1, 2, 3, 5].map { mixes[$0] }
    let prompts = (0..<8).map { text($0, count: 3 + $0) }
    let session = try model.makeSession(SessionOptions(threads: 2))
    let sequences = try (0..<8).map { try session.open(adapter: four[$0 % 4]) }
    var fed = prompts
    var tokens = [[TokenID]](repeating: [], count: 8)
    for _ in 0..<20 {
      let rows = try session.step(
        zip(sequences, fed).map { StepInput($0, $1) }, vocabularyCount: count)
      for index in 0..<8 {
        let row = rows[index * count..<(index + 1) * count]
        let best = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }
        let token = TokenID((best ?? 0) - row.startIndex)
        tokens[index].append(token)
        fed[index] = [token]
      }
    }
    for index in 0..<8 {
      let alone = try model.makeSession(SessionOptions(threads: 1))
      #expect(
        try alone.greedy(
          prompts[index], count: 20, adapter: four[index % 4], vocabularyCount: count)
          == tokens[index])
    }
  }

  @Test func longInputsOfManyMixesChangeNoBit() throws {
    let model = try model()
    let count = model.vocabularyCount
    let four = [0, 1, 3, 8].map { mixes[$0] }
    let prompts = four.indices.map { text($0, count: 100) }
    let session = try model.makeSession(SessionOptions(threads: 2))
    // 400 rows: more than go through the layers at once.
    let rows = try session.step(
      zip(four, prompts).map { StepInput(try session.open(adapter: $0), $1, logits: .all) },
      vocabularyCount: count)
    for index in four.indices {
      let alone = try model.makeSession(SessionOptions(threads: 1))
      let expected = try alone.logits(
        of: alone.open(adapter: four[index]), fed: prompts[index], .all, vocabularyCount: count)
      let start = index * 100 * count
      #expect(Array(rows[start..<start + 100 * count]) == expected)
    }
  }

  @Test func aForkKeepsItsParentsAdapters() throws {
    let model = try model()
    let count = model.vocabularyCount
    let session = try model.makeSession(SessionOptions(threads: 1))
    let parent = try session.open(adapter: mixes[3])
    let tokens = text(1, count: 40)
    _ = try session.logits(of: parent, fed: tokens, .none, vocabularyCount: count)
    let child = try session.fork(parent)
    session.close(parent)
    // The parent's place in the session's table is free only when the child is closed too.
    let other = try session.open(adapter: mixes[1])
    let row = try session.logits(of: child, fed: [7], .last, vocabularyCount: count)
    let alone = try model.makeSession(SessionOptions(threads: 1))
    let expected = try alone.logits(
      of: alone.open(adapter: mixes[3]), fed: tokens + [7], .last, vocabularyCount: count)
    #expect(row == expected)
    session.close(child)
    session.close(other)
  }

  @Test func adaptersComeAndGoWithoutTheModelBeingLoadedAnew() throws {
    let base = try ModelLoader.loadTransformer(path: Fixtures.path("tiny/llama-gqa-tied"))
    let tokens = text(2, count: 9)
    func row(_ model: TransformerModel, _ mix: AdapterMix) throws -> [Float] {
      let session = try model.makeSession(SessionOptions(threads: 1))
      return try session.logits(
        of: session.open(adapter: mix), fed: tokens, .last, vocabularyCount: 96)
    }
    let plain = AdapterMix([AdapterMix.Part(name: "adapters/plain-qv")])
    let with = try base.adding(adapterAt: "adapters/plain-qv")
    let before = try row(base, .none)
    #expect(try row(with, plain) != before)
    #expect(try row(with, .none) == before)
    let without = with.removingAdapter(named: "adapters/plain-qv")
    #expect(without.adapterNames.isEmpty)
    #expect(throws: ModelError.unknownAdapter("adapters/plain-qv")) { try row(without, plain) }
    #expect(try row(without, .none) == before)
  }

  @Test func mixesThatMeanNothingAreRefusedInASentence() throws {
    let model = try model().adding(
      try AdapterLoader.load(
        path: Fixtures.path("adapters/saved-modules"),
        for: ModelLoader.loadConfiguration(path: Fixtures.path("tiny/llama-gqa-tied"))),
      named: "again")
    let session = try model.makeSession(SessionOptions(threads: 1))
    func refusal(_ parts: (String, Float)...) -> String {
      loadFailure {
        try session.open(
          adapter: AdapterMix(parts.map { AdapterMix.Part(name: $0.0, weight: $0.1) }))
      }
    }
    let both = refusal(("again", 1), ("adapters/saved-modules", 1))
    #expect(both.contains("again") && both.contains("adapters/saved-modules"))
    // “norm” of `modules_to_save` is the end of this name too, as in PEFT.
    #expect(both.contains("model.layers.0.input_layernorm"))
    // One updates the head that the other replaces.
    #expect(refusal(("adapters/embeddings", 1), ("again", 1)).contains("lm_head"))
    #expect(refusal(("adapters/plain-qv", .nan)).contains("nan"))
    #expect(refusal(("adapters/plain-qv", .infinity)).contains("inf"))
    #expect(refusal(("nobody", 1)).contains("nobody"))
    // A refused mix leaves nothing behind.
    _ = try session.open(adapter: mixes[1])
  }
}
