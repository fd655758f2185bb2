import Inference

/// Texts in the order of how natural they are to the model: of the lowest perplexity first.
func rank(_ texts: [String]) throws -> [String] {
  let model = try Model.embedded()
  let scores = try texts.map { try model.score($0).perplexity ?? .infinity }
  return zip(texts, scores).sorted { $0.1 < $1.1 }.map(\.0)
}
