import Decoding
import Generation
import Models
import Tokenization
import Transformer

func continueText(_ text: String) throws -> String {
  let loaded = try ModelLoader.loadEmbedded()
  let generator = TextGenerator(model: loaded.model, tokenizer: loaded.tokenizer)
  var settings = GenerationSettings()
  settings.temperature = 0.8
  settings.endOfSequenceTokens = loaded.endOfSequenceTokens
  let prompt = try loaded.tokenizer.encodePrompt(text)
  let results = try generator.generate([settings.request(prompt: prompt, seed: 42)])
  return try results[0].get().sequences[0].text
}
