import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct JacobiIterationTests {
  private static let vocabularyCount = 6

  private static func choose(_ tokens: [TokenID]) -> [Float] {
    let noise = CounterNoise(seed: 3, prompt: PromptHash(Array(tokens.suffix(2))), sample: 0)
    return (0..<vocabularyCount).map { Float(noise.gumbel(position: 0, token: TokenID($0))) }
  }

  /// Jacobi's iteration over a window that moves along, by its definition.
  ///
  /// - Returns: the text, and for each round how many tokens were guessed and how many guesses were right.
  private func iterate(
    prompt: [TokenID], count: Int, window: Int, next: ([TokenID]) -> TokenID
  ) -> (text: [TokenID], rounds: [DraftCounts]) {
    var text = [next(prompt)]
    var rounds: [DraftCounts] = []
    var guesses: [TokenID] = []
    while text.count < count {
      // The last token has no guess: it is what the model says after the one before it.
      let size = min(window, count - text.count - 1)
      let start = guesses.last ?? text[text.count - 1]
      guesses = Array(guesses.prefix(size))
      guesses += repeatElement(start, count: size - guesses.count)
      let said = (0...size).map { next(prompt + text + guesses.prefix($0)) }
      let right = zip(said, guesses).prefix { $0 == $1 }.count
      rounds.append(DraftCounts(drafted: size, accepted: right))
      text += said.prefix(right + 1)
      guesses = Array(said.dropFirst(right + 1))
    }
    return (text, rounds)
  }

  @Test(arguments: [1, 2, 3, 7, 16])
  func roundsAreThoseOfTheDefinition(window: Int) throws {
    var accepted = 0
    for first in 0..<Self.vocabularyCount {
      let prompt = [TokenID(first), 2]
      let model = TableLanguageModel(
        vocabularyCount: Self.vocabularyCount, contextLength: 100, logits: Self.choose)
      let request = DecodingRequest(
        prompt: prompt, stopRules: StopRules(maxNewTokens: 60), draftLimit: window)
      let transcript = try Transcript([request], over: model, drafter: JacobiIteration())
      let expected = iterate(prompt: prompt, count: 60, window: window) { tokens in
        let row = Self.choose(tokens)
        return TokenID(row.indices.max { row[$0] < row[$1] } ?? 0)
      }
      let plain = try run([request.undrafted], over: model)[0]
      #expect(plain.tokens[0] == expected.text)
      // The prompt's step, and one for each round.
      #expect(transcript.total.drafted == expected.rounds.reduce(0) { $0 + $1.drafted })
      #expect(transcript.total.accepted == expected.rounds.reduce(0) { $0 + $1.accepted })
      accepted += transcript.total.accepted
    }
    #expect(accepted > 0)
  }

  /// A text in which no token depends on those before it is right after one round.
  @Test func independentTokensTakeTwoStepsAWindow() throws {
    let model = TableLanguageModel(vocabularyCount: 7, contextLength: 200) { tokens in
      (0..<7).map { $0 == tokens.count * tokens.count % 7 ? 5 : Float($0) / 10 }
    }
    for strategy in [GreedySearch(), Sampling(filters: [try Temperature(0.1)])]
      as [any DecodingStrategy]
    {
      let request = DecodingRequest(
        prompt: [1], strategy: strategy, seed: 2, stopRules: StopRules(maxNewTokens: 121),
        draftLimit: 8)
      let before = model.ledger.counts.steps
      let transcript = try Transcript([request], over: model, drafter: JacobiIteration())
      #expect(transcript.total.accepted >= 8 * 11)
      // The prompt, then a round that guesses 8 tokens and one that finds them right: 10 tokens.
      #expect(model.ledger.counts.steps - before <= 1 + 2 * 13)
    }
  }

  @Test func guessesFollowTheRequestsRules() throws {
    // The model always prefers the lowest token; the rule that none may come twice makes 0, 1, 2, … of it.
    let model = TableLanguageModel(vocabularyCount: 50, contextLength: 100) { _ in
      (0..<50).map { Float(50 - $0) }
    }
    let request = DecodingRequest(
      prompt: [49], stopRules: StopRules(maxNewTokens: 41), processors: [try NoRepeatNGram(1)],
      draftLimit: 8)
    let plain = try Transcript([request.undrafted], over: model)
    let drafted = try Transcript([request], over: model, drafter: JacobiIteration())
    #expect(drafted.events == plain.events)
    #expect(drafted.total.accepted >= 8 * 3)
  }

  @Test func drafterOfARequestTakesThePlaceOfTheDecoders() throws {
    let model = TableLanguageModel(
      vocabularyCount: Self.vocabularyCount, contextLength: 100, logits: Self.choose)
    let rules = StopRules(maxNewTokens: 40)
    let own = DecodingRequest(
      prompt: [1], strategy: Sampling(), samples: [0, 1], seed: 4, stopRules: rules, draftLimit: 3,
      drafter: JacobiIteration())
    let others = DecodingRequest(prompt: [2], stopRules: rules, draftLimit: 3)
    let plain = try Transcript([own.undrafted, others.undrafted], over: model)
    let drafted = try Transcript(
      [own, others], over: model,
      drafter: ScriptedDrafter { hypothesis in
        #expect(hypothesis.lane.request == 1 && hypothesis.guesses.isEmpty)
        return [0]
      })
    #expect(drafted.events == plain.events)
    #expect(drafted.counts.allSatisfy { $0.drafted > 0 })
    // Nobody else is needed.
    #expect(try Transcript([own], over: model).counts == [drafted.counts[0]])
  }
}
