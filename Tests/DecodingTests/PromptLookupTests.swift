import Decoding
import LanguageModeling
import TestSupport
import Testing

@Suite struct PromptLookupTests {
  private func draft(
    after tokens: [TokenID], limit: Int, maximumMatchLength: Int = 16
  ) -> [TokenID] {
    let hypothesis = DraftedHypothesis(
      lane: DraftLane(request: 0, slot: 0), context: HypothesisContext(prompt: tokens),
      limit: limit, noise: CounterNoise(seed: 0, prompt: PromptHash(tokens), sample: 0),
      request: DecodingRequest(prompt: tokens))
    return PromptLookup(maximumMatchLength: maximumMatchLength).propose([hypothesis])[0]
  }

  @Test func longestMatchGoesFirstAndOfEqualOnesTheLast() {
    #expect(draft(after: [1, 2, 3, 9, 2, 4, 1, 2], limit: 2) == [3, 9])
    #expect(draft(after: [1, 2, 3, 9, 2, 4, 1, 2], limit: 2, maximumMatchLength: 1) == [4, 1])
    #expect(draft(after: [2, 3, 2, 4, 2], limit: 1) == [4])
  }

  @Test func lastTokenThatIsNewGivesNoDraft() {
    #expect(draft(after: [1, 2, 3], limit: 5) == [])
    #expect(draft(after: [1], limit: 5) == [])
  }

  @Test func loopsAreDraftedInFull() {
    #expect(draft(after: [7, 7], limit: 4) == [7, 7, 7, 7])
    #expect(draft(after: [5, 1, 2, 3, 1, 2, 3], limit: 7) == [1, 2, 3, 1, 2, 3, 1])
  }

  /// The definition, without any care for speed.
  private func naive(_ tokens: [TokenID], limit: Int, maximumMatchLength: Int) -> [TokenID] {
    var best: (place: Int, length: Int)?
    for place in 1..<max(1, tokens.count) {
      var length = 0
      while length < maximumMatchLength, length < place,
        tokens[place - 1 - length] == tokens[tokens.count - 1 - length]
      {
        length += 1
      }
      if length > 0, length >= best?.length ?? 0 { best = (place, length) }
    }
    guard let best else { return [] }
    var all = tokens
    for index in 0..<limit { all.append(all[best.place + index]) }
    return Array(all.dropFirst(tokens.count))
  }

  @Test func draftsAreThoseOfTheDefinition() {
    var random = SplitMix64(seed: 4)
    for _ in 0..<2000 {
      let width = 1 + random.below(5)
      let tokens = (0...random.below(30)).map { _ in TokenID(random.below(width)) }
      let (limit, longest) = (1 + random.below(9), 1 + random.below(6))
      #expect(
        draft(after: tokens, limit: limit, maximumMatchLength: longest)
          == naive(tokens, limit: limit, maximumMatchLength: longest), "\(tokens)")
    }
  }
}
