/// All endpoints. A new one is a line here.
enum EndpointCatalogue {
  static let routes: [Route] = [
    .models, .model, .completions, .chatCompletions, .tokenize, .detokenize, .tokenizerInfo,
    .health, .metrics, .openAPI,
  ]
}
