import Inference

/// A continuation without an adapter, and one with it; both share the model's weights.
func continueText(_ text: String, withAdapterAt path: String) throws -> [String] {
  let model = try Model.embedded()
  let poet = try model.adding(adapterAt: path, scale: 0.9)
  var settings = GenerationSettings()
  settings.seed = 42
  return try [model, poet].map { try $0.generate(text, settings).text }
}
