import Decoding
import Generation
import LanguageModeling
import Testing

@Suite struct GuidanceSettings {
  @Test func bothArriveUnderEveryStrategy() throws {
    for strategy in StrategyCatalogue.entries {
      let given = Given(
        flags: [
          ("strategy", .text(strategy.name)), ("guidance_scale", .number(1.5)),
          ("negative_prompt", .text("sad")),
        ]
          + (strategy == .contrastive
            ? [("penalty_alpha", .number(0.5)), ("top_k", .integer(3))] : []),
        model: strategy.name == "diffusion" ? [("mask_token_id", .integer(3))] : [])
      let settings = try given.resolve().settings
      #expect(settings.guidanceScale == 1.5 && settings.negativePrompt == "sad")
      let request = try settings.request(prompt: [1, 2], negativePrompt: [7, 8])
      #expect(request.guidance == Guidance(scale: 1.5, negativePrompt: [7, 8]))
    }
  }

  @Test func withoutANegativePromptTheRequestLeavesItToTheDecoder() throws {
    let settings = try Given(flags: [("guidance_scale", .integer(2))]).resolve().settings
    let request = try settings.request(prompt: [1])
    #expect(request.guidance == Guidance(scale: 2))
    #expect(request.decoding.needs(of: SessionMemory(), contextLength: 9).sequenceCount == 2)
    #expect(try GenerationSettings().request(prompt: [1]).guidance == nil)
  }

  @Test func aNegativePromptThatNobodyTokenizedIsRefused() throws {
    var settings = GenerationSettings()
    settings.guidanceScale = 2
    settings.negativePrompt = "sad"
    #expect(throws: DecodingFailure.self) { try settings.request(prompt: [1]) }
    settings.negativePrompt = nil
    #expect(throws: DecodingFailure.self) { try settings.request(prompt: [1], negativePrompt: [2]) }
  }

  @Test(arguments: [
    Given(flags: [("negative_prompt", .text("sad"))]),
    Given(flags: [("negative_prompt", .text("")), ("guidance_scale", .integer(1))]),
    Given(file: [("negative_prompt", .text("sad"))]),
  ])
  func aNegativePromptWithoutAScaleIsRefused(given: Given) {
    #expect(
      given.failure()?.contains(
        "has no effect without guidance_scale; give that too, or leave it out") == true)
  }

  @Test func theModelsNegativePromptWithoutAScaleIsDropped() throws {
    let resolved = try Given(model: [("negative_prompt", .text("sad"))]).resolve()
    #expect(resolved.settings.negativePrompt == nil)
    #expect(resolved.dropped.map(\.key) == ["negative_prompt"])
  }
}
