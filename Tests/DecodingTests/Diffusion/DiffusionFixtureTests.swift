import Decoding
import LanguageModeling
import TestSupport
import Testing

/// Diffusion beside other people's loops: LLaDA's and transformers' DiffusionGemma.
@Suite struct DiffusionFixtureTests {
  @Test func everyCanvasIsThatOfLLaDAsLoop() throws {
    let cases = try LLaDAFixture.load()
    #expect(cases.count >= 14)
    for item in cases {
      let diffusion = Diffusion(
        noise: .mask(TokenID(item.vocabulary - 1)), steps: item.steps,
        blockLength: item.block_length, filters: [try Temperature(0)])
      let request = DecodingRequest(
        prompt: item.prompt, strategy: diffusion, stopRules: StopRules(maxNewTokens: item.length))
      let model = DiffusionTable.model(seed: item.seed, vocabularyCount: item.vocabulary)
      let states = try canvases(request, over: model)
      let told = states.map { $0.tokens.map { $0 ?? TokenID(item.vocabulary - 1) } }
      #expect(told == item.canvases, "\(diffusion), seed \(item.seed)")
    }
  }

  @Test func temperaturesAcceptanceAndStopAreThoseOfDiffusionGemma() throws {
    let cases = try DiffusionGemmaFixture.load()
    #expect(cases.count >= 12)
    for item in cases {
      let diffusion = Diffusion(
        noise: .uniform, steps: item.steps, blockLength: item.length,
        acceptance: .entropyBound(item.entropy_bound),
        temperatures: Diffusion.TemperatureRange(first: item.t_max, last: item.t_min),
        stop: CanvasStop(stableSteps: item.stability, meanEntropy: item.confidence))
      let request = DecodingRequest(
        prompt: [0], strategy: diffusion, seed: 4, stopRules: StopRules(maxNewTokens: item.length))
      let states = try canvases(request, over: DiffusionTable.model(of: item))
      #expect(states.count == item.told.count, "seed \(item.seed)")
      for (state, step) in zip(states, item.told) {
        let accepted = state.tokens.indices.filter { state.tokens[$0] != nil }
        // What the last step accepts is no matter: its text is the most probable token everywhere.
        guard state.step < item.told.count else { continue }
        #expect(accepted == step.accepted, "seed \(item.seed), step \(state.step)")
      }
      let text = try run([request], over: DiffusionTable.model(of: item))[0].tokens
      #expect(text == [item.told.last?.best ?? []], "seed \(item.seed)")
    }
  }
}
