import Decoding
import Generation
import Inference
import LanguageModeling
import Metrics
import Models
import Sweeps
import TestSupport
import Testing
import Tokenization

/// Scores of many texts: each is that of the text alone.
@Suite struct TextScorerTests {
  private static let model = Result { try Model.embedded() }
  private static let tale =
    "Once upon a time there was a king who had three daughters. The youngest of them was so fair that"
    + " the sun himself wondered when he shone upon her. "

  private func scores(
    _ texts: [ScoringText], _ model: Model, windows: ScoringWindows? = nil
  ) throws -> [ScoredText] {
    let scorer = try TextScorer(model, windows: windows)
    for (index, text) in texts.enumerated() { #expect(try scorer.submit(text) == index) }
    var scores: [Int: ScoredText] = [:]
    while let scored = try scorer.step() {
      for (number, text) in scored { #expect(scores.updateValue(text, forKey: number) == nil) }
    }
    return texts.indices.compactMap { scores[$0] }
  }

  @Test func aTextIsScoredAsAlone() throws {
    let model = try Self.model.get()
    let texts = [
      "A", Self.tale, "", Self.tale + "He said no.", "The wolf", Self.tale + "He said yes.",
    ]
    .filter { !$0.isEmpty }
    let scored = try scores(texts.map { .text($0) }, model)
    for (text, score) in zip(texts, scored) {
      let alone = try model.score(text)
      #expect(score.tokens == alone.tokens)
      #expect(score.tokenLogProbabilities == alone.tokenLogProbabilities)
      #expect(score.likelihood.perplexity == alone.perplexity && score.isGreedy == nil)
      #expect(score.byteCount == text.utf8.count && score.windowCount == 1)
    }
  }

  @Test func aContinuationIsTheRestOfBothTogether() throws {
    let model = try Self.model.get()
    let tokenizer = model.loaded.tokenizer
    for (context, continuation, stem, rest) in [
      (Self.tale, "She sang.", Self.tale.dropLast(), " She sang."),
      ("The king\n \t", "said no", "The king", "\n \tsaid no"),
      ("The king", " said", "The king", " said"), ("The k", "ing said no", "The k", "ing said no"),
    ] as [(String, String, Substring, String)] {
      let score = try scores([.continuation(continuation, after: context)], model)[0]
      let all = try tokenizer.encodePrompt(stem + rest)
      let start = try tokenizer.encodePrompt(String(stem)).count
      let alone = try model.score(all)
      #expect(score.tokens == Array(all[start...]))
      #expect(score.tokenLogProbabilities == Array(alone.tokenLogProbabilities[start...]))
      #expect(score.byteCount == rest.utf8.count)
    }
  }

  @Test func whatHasNoTokensOfItsOwnIsRefused() throws {
    let scorer = try TextScorer(try Self.model.get())
    for (context, continuation) in [("The ki", "ng"), ("The king", ""), ("The king", "  ")] {
      do {
        // White space alone may be a token.
        _ = try scorer.submit(.continuation(continuation, after: context))
        #expect(continuation == "  ")
      } catch {
        #expect("\(error)".contains("no token of its own"), "\(error)")
      }
    }
    while try scorer.step() != nil {}
  }

  @Test func whatGreedySearchWritesIsGreedy() throws {
    let model = try Self.model.get()
    var settings = GenerationSettings()
    settings.strategy = .greedy
    settings.maxNewTokens = 6
    let prompt = try model.prepare(.text("The king said to his daughter:"))
    let written = try model.generate(.tokens(prompt.tokens), settings).sequences[0].tokens.map(
      \.token)
    let scorer = try BatchScorer(model: model.loaded.model, options: model.options)
    let other = written.dropLast() + [written[written.count - 1] == 9 ? 10 : 9]
    for tokens in [written, Array(other)] {
      try scorer.submit(ScoringRequest(prompt.tokens + tokens, from: prompt.tokens.count))
    }
    var greedy: [Int: [Bool]] = [:]
    while let scored = try scorer.step() {
      for (number, tokens) in scored { greedy[number] = tokens.map { $0.isGreedy == true } }
    }
    #expect(greedy[0] == written.map { _ in true })
    #expect(greedy[1] == written.dropLast().map { _ in true } + [false])
  }

  @Test func longTextsAreReadInWindowsThatCountEachTokenOnce() throws {
    let model = try Self.model.get()
    let tokens = try model.prepare(.text(String(repeating: Self.tale, count: 3))).tokens
    for (length, stride) in [(32, 16), (40, 1), (33, 32), (64, nil), (17, 5)] as [(Int, Int?)] {
      let windows = try #require(ScoringWindows(length: length, stride: stride))
      let score = try scores([.tokens(tokens)], model, windows: windows)[0]
      // The plain loop.
      var expected: [Double?] = [nil]
      var begin = 0
      var count = 0
      while expected.count < tokens.count {
        let part = Array(tokens[begin..<min(begin + length, tokens.count)])
        let values = try model.score(part, alternatives: 0).tokenLogProbabilities
        let new = values[(expected.count - begin)...]
        if !new.isEmpty { count += 1 }
        expected += new
        begin += windows.stride
      }
      #expect(score.tokenLogProbabilities == expected && score.windowCount == count)
      let same = try model.score(tokens, alternatives: 2, windows: windows)
      #expect(same.tokenLogProbabilities == expected && same.next.count == 2)
    }
    #expect(ScoringWindows(length: 8, stride: 8) == nil && ScoringWindows(length: 1) == nil)
    #expect(ScoringWindows(length: 8, stride: 0) == nil)
    #expect(throws: InferenceError.self) {
      _ = try TextScorer(model, windows: ScoringWindows(length: 513))
    }
  }

  @Test func theLeftOfAContextThatIsTooLongIsCutOff() throws {
    let model = try Self.model.get()
    let context = String(repeating: Self.tale, count: 20)
    let score = try scores([.continuation("The end.", after: context)], model)[0]
    let stem = String(context.dropLast())
    let all = try model.loaded.tokenizer.encodePrompt(stem + " The end.")
    // The last token is not read, so that there is room for one more.
    let cut = Array(all.suffix(513))
    let start = all.count - score.tokens.count
    #expect(score.tokens == Array(all[start...]))
    let scorer = try BatchScorer(model: model.loaded.model, options: model.options)
    try scorer.submit(ScoringRequest(cut, from: cut.count - score.tokens.count))
    var expected: [Double] = []
    while let scored = try scorer.step() {
      for (_, tokens) in scored { expected = tokens.compactMap(\.logProbability) }
    }
    #expect(score.tokenLogProbabilities == expected)
  }

  @Test(arguments: 0..<6)
  func textsThatBeginAlikeAreReadOnceAndScoredTheSame(seed: UInt64) throws {
    let model = TableLanguageModel(randomOver: 12, contextLength: 200, seed: seed)
    var random = SplitMix64(seed: seed)
    func tokens(_ count: Int) -> [TokenID] { (0..<count).map { _ in TokenID(random.below(12)) } }
    let shots = tokens(60)
    var requests: [ScoringRequest] = []
    for _ in 0..<12 {
      let question = (seed % 2 == 0 ? shots : []) + tokens(1 + random.below(40))
      for _ in 0...random.below(4) {
        let answer = tokens(random.below(8))
        requests.append(
          ScoringRequest(question + answer, from: max(1, question.count - random.below(2))))
      }
    }
    let scorer = try BatchScorer(model: model)
    var results: [Int: [ScoredToken]] = [:]
    var submitted = 0
    while results.count < requests.count {
      while submitted < requests.count, random.below(3) > 0 {
        #expect(try scorer.submit(requests[submitted]) == submitted)
        submitted += 1
      }
      for (number, tokens) in try scorer.step() ?? [] { results[number] = tokens }
    }
    while try scorer.step() != nil {}
    #expect(model.ledger.counts.openSequences == 0)
    let read = model.ledger.counts.tokens
    let all = requests.reduce(0) { $0 + $1.tokens.count - 1 }
    if seed % 2 == 0 { #expect(read < all / 2, "\(read) of \(all)") } else { #expect(read <= all) }
    let alone = try SequenceScorer(model: model)
    for (index, request) in requests.enumerated() {
      let expected = try alone.score(request.tokens).logProbabilities[request.start...]
      #expect(results[index]?.map(\.logProbability) == Array(expected))
      #expect(results[index]?.map(\.token) == Array(request.tokens[request.start...]))
      let greedy = (request.start..<request.tokens.count).map { position in
        let row = model.logits(Array(request.tokens[..<position]))
        return row.firstIndex(of: row.max() ?? 0) == Int(request.tokens[position])
      }
      #expect(results[index]?.map { $0.isGreedy == true } == greedy)
    }
  }

  @Test func whatAllTextsComeToIsPooledWithARange() throws {
    let model = try Self.model.get()
    let scored = try scores(
      ["A king.", "A wolf and a girl.", Self.tale].map { .text($0) }, model)
    let summary = ScoringSummary(scored.map(\.likelihood))
    let values = scored.flatMap(\.tokenLogProbabilities).compactMap(\.self)
    let mean = -values.reduce(0, +) / Double(values.count)
    let perplexity = try #require(summary.perplexity)
    #expect(abs(try #require(summary.likelihood.mean) - mean) < 1e-12)
    #expect(perplexity.lower < perplexity.estimate && perplexity.estimate < perplexity.upper)
    let each = scored.compactMap(\.likelihood.perplexity).sorted()
    #expect(perplexity.lower > each[0] - 1e-9 && perplexity.upper < each[2] + 1e-9)
    #expect(ScoringSummary([scored[0].likelihood]).perplexity == nil)
  }
}
