import Inference

func continueText(_ text: String) throws -> String {
  var settings = GenerationSettings()
  settings.temperature = 0.8
  settings.seed = 42
  return try Model.embedded().generate(text, settings).text
}
